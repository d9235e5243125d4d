internal import EventLog
internal import StreamCore

/// Sees what a job commits to a topic from now on.
final class EffectReader {
    private let reader: any LogReader
    private let partitions: [TopicPartition]

    init(_ log: any EventLog, _ topic: String, partitions: Int) throws {
        reader = try log.makeReader {}
        self.partitions = (0..<partitions).map { TopicPartition(topic, Partition($0)) }
        for partition in self.partitions { try reader.assign(partition, from: try log.resolve(.latest, in: partition)) }
    }

    deinit { reader.close() }

    /// Returns when there is a record that was not there at the beginning.
    func awaitRecord() async throws {
        for _ in 0..<60_000 {
            for partition in partitions where try reader.next(partition, upTo: 1) != nil { return }
            try await Task.sleep(for: .milliseconds(1))
        }
        throw BenchFailure("no record came out within a minute")
    }
}
