internal import EventLog
internal import StreamCore

/// Reads one partition on a thread that may wait: where nothing has arrived yet it sleeps until the log wakes it.
struct PatientReader {
    private let partition: TopicPartition
    private let reader: any LogReader
    private let patience: EventTime.Span
    private let clock: @Sendable () -> EventTime
    private let progress: RecoveryProgress
    private var deadline: EventTime
    /// After the last record read.
    private(set) var position: Offset

    /// Begins at `start`; gives up when nothing has arrived for `patience`.
    init(
        _ log: any EventLog, _ partition: TopicPartition, from start: Offset, patience: EventTime.Span,
        clock: @escaping @Sendable () -> EventTime, _ progress: RecoveryProgress
    ) throws(LogFailure) {
        self.partition = partition
        self.patience = patience
        self.clock = clock
        self.progress = progress
        position = start
        deadline = clock().advanced(by: patience)
        reader = try log.makeReader(waking: { progress.wake() })
        try reader.assign(partition, from: start)
    }

    /// The next records; `nil` when there are none now and either that is `enough` or the partition has been read to its end. Else it waits,
    /// and fails when it has waited in vain: `awaited` says for what.
    mutating func next(for awaited: () -> String, enough: (Offset) -> Bool) throws(StageFailure) -> RecordBatch? {
        while !progress.isCancelled {
            do throws(LogFailure) {
                if let batch = try reader.next(partition, upTo: 1 << 20) {
                    position = batch.next
                    deadline = clock().advanced(by: patience)
                    progress.count(batch.count)
                    return batch
                }
                if enough(position) { return nil }
                if try reader.isAtEnd(partition) { return nil }
            } catch {
                // What lies there has been compacted away since it was looked for; the next try begins where the partition does.
                if error.kind == .outOfRange { throw StageFailure("reading \(partition): \(error)", blame: .system) }
                throw StageFailure("reading \(partition)", error)
            }
            let left = deadline.since(clock()).microseconds
            guard left > 0, progress.sleep(Int(left)) else {
                throw StageFailure(
                    "reading \(partition): at offset \(position) nothing has come for \(patience.microseconds / 1_000_000) s, and \(awaited()) is "
                        + "still to come", blame: .system, remedy: .wait)
            }
        }
        throw StageFailure("reading \(partition): no longer wanted", blame: .system)
    }

    func close() { reader.close() }
}
