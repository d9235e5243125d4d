internal import Dispatch
internal import EventLog
internal import StreamCore

/// Reads a partition to its end, waiting where a log on other machines has not fetched what is there. Blocks.
final class AwaitedRecords {
    private let reader: any LogReader
    private let arrival = DispatchSemaphore(value: 0)

    /// How long nothing may come that must come.
    private static let patience = DispatchTimeInterval.seconds(20)

    init(_ log: any EventLog) throws(LogFailure) {
        let arrival = arrival
        reader = try log.makeReader { arrival.signal() }
    }

    deinit { reader.close() }

    func assign(_ partition: TopicPartition, from offset: Offset) throws(LogFailure) { try reader.assign(partition, from: offset) }

    /// The next records, about `bytes` of them; `nil` at the end.
    func next(_ partition: TopicPartition, upTo bytes: Int) throws(LogFailure) -> RecordBatch? {
        while true {
            if let batch = try reader.next(partition, upTo: bytes) { return batch }
            if try reader.isAtEnd(partition) { return nil }
            guard arrival.wait(timeout: .now() + AwaitedRecords.patience) == .success else {
                throw LogFailure(.unavailable, "reading \(partition): nothing has come for 20 s, and its end has not been seen")
            }
        }
    }
}
