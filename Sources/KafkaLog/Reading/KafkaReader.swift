internal import EventLog
internal import StreamCore

/// Reads partitions of a Kafka cluster, each from a queue that a shared consumer fills.
final class KafkaReader: LogReader {
    private let job: String?
    private let pool: ConsumerPool
    private let surveyor: EndSurveyor
    private let directory: TopicDirectory
    private let wake: @Sendable () -> Void
    private var streams: [TopicPartition: PartitionStream] = [:]
    private var isClosed = false

    init(
        _ job: String?, _ pool: ConsumerPool, _ surveyor: EndSurveyor, _ directory: TopicDirectory,
        waking wake: @escaping @Sendable () -> Void
    ) {
        self.job = job
        self.pool = pool
        self.surveyor = surveyor
        self.directory = directory
        self.wake = wake
    }

    deinit { close() }

    func assign(_ partition: TopicPartition, from offset: Offset) throws(LogFailure) {
        if isClosed { throw LogFailure(.unavailable, "reading \(partition): this reader was closed") }
        try directory.require([partition], "reading \(partition)")
        unassign(partition)
        streams[partition] = try pool.open(partition, of: job, from: offset, waking: wake)
    }

    func unassign(_ partition: TopicPartition) { streams.removeValue(forKey: partition)?.close() }

    func next(_ partition: TopicPartition, upTo bytes: Int) throws(LogFailure) -> RecordBatch? {
        try stream(partition).next(upTo: bytes)
    }

    func isAtEnd(_ partition: TopicPartition) throws(LogFailure) -> Bool {
        let stream = try stream(partition)
        stream.lookAhead()
        guard let seen = stream.endSeen, stream.highWatermark.map({ $0 <= seen }) ?? true else { return false }
        guard let look = stream.look else {
            stream.look = surveyor.ask(partition, waking: wake)
            return false
        }
        guard let end = look.answer else { return false }
        // Each look answers once: the next question is about a later moment.
        stream.look = nil
        return end <= seen
    }

    func knownEnd(_ partition: TopicPartition) -> Offset? {
        guard let stream = streams[partition], let end = stream.highWatermark else { return nil }
        // The marks of transactions behind the last record are no records.
        if let seen = stream.endSeen, end <= seen { return stream.position }
        return max(end, stream.position)
    }

    func close() {
        isClosed = true
        for stream in streams.values { stream.close() }
        streams = [:]
    }

    private func stream(_ partition: TopicPartition) throws(LogFailure) -> PartitionStream {
        guard let stream = streams[partition] else {
            throw LogFailure(.unknownTopic, "reading \(partition): it is not assigned to this reader")
        }
        return stream
    }
}
