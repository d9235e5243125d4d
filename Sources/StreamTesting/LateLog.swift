internal import Dispatch
public import EventLog
public import StreamCore

/// A log that fetches in the background, as one on other machines does: a reader has nothing at first, and wakes its owner when it has.
public final class LateLog: EventLog {
    private let log: any EventLog
    private let fetches = DispatchQueue(label: "fetches")

    /// A log before `log`.
    public init(_ log: any EventLog) { self.log = log }

    public var kind: String { log.kind }
    public func ensure(_ topics: [TopicSpec]) throws(LogFailure) -> [TopicDifference] { try log.ensure(topics) }
    public func topics() throws(LogFailure) -> [TopicStatus] { try log.topics() }
    public func bounds(of partition: TopicPartition) throws(LogFailure) -> PartitionBounds { try log.bounds(of: partition) }
    public func resolve(_ start: StartPosition, in partition: TopicPartition) throws(LogFailure) -> Offset {
        try log.resolve(start, in: partition)
    }
    public func makeReader(of job: String?, waking wake: @escaping @Sendable () -> Void) throws(LogFailure) -> any LogReader {
        LateReader(try log.makeReader(of: job, waking: wake)) { [fetches] in fetches.async(execute: wake) }
    }
    public func makeWriter(_ name: String) throws(LogFailure) -> any LogWriter { try log.makeWriter(name) }
    public func append(_ batches: [PartitionBatch]) throws(LogFailure) -> [Offset] { try log.append(batches) }
    public func committedEpochs(of turns: [TopicPartition]) throws(LogFailure) -> [TopicPartition: Epoch] {
        try log.committedEpochs(of: turns)
    }
    public func join(onChange: @escaping @Sendable (TurnChange) -> Void) throws(LogFailure) -> any LogMembership {
        try log.join(onChange: onChange)
    }
    public func members() throws(LogFailure) -> [LogMember] { try log.members() }
    public func report(_ positions: [TopicPartition: Offset], of job: String) throws(LogFailure) { try log.report(positions, of: job) }
    public func groups() throws(LogFailure) -> [ConsumerGroup] { try log.groups() }
    public func maintain(now: EventTime) throws(LogFailure) -> Bool { try log.maintain(now: now) }
    public func purge(_ partition: TopicPartition, below offset: Offset) throws(LogFailure) { try log.purge(partition, below: offset) }
    public func delete(_ topics: [String]) throws(LogFailure) { try log.delete(topics) }
    public func close() { log.close() }
}

private final class LateReader: LogReader {
    private let reader: any LogReader
    private let fetch: () -> Void
    private var fetched: Set<TopicPartition> = []
    private var asked: Set<TopicPartition> = []

    init(_ reader: any LogReader, fetch: @escaping () -> Void) {
        self.reader = reader
        self.fetch = fetch
    }

    func assign(_ partition: TopicPartition, from offset: Offset) throws(LogFailure) { try reader.assign(partition, from: offset) }
    func unassign(_ partition: TopicPartition) { reader.unassign(partition) }

    func next(_ partition: TopicPartition, upTo bytes: Int) throws(LogFailure) -> RecordBatch? {
        asked.remove(partition)
        if try reader.isAtEnd(partition) { return try reader.next(partition, upTo: bytes) }
        if fetched.remove(partition) == nil {
            fetched.insert(partition)
            fetch()
            return nil
        }
        return try reader.next(partition, upTo: bytes)
    }

    func isAtEnd(_ partition: TopicPartition) throws(LogFailure) -> Bool {
        if asked.insert(partition).inserted {
            fetch()
            return false
        }
        return try reader.isAtEnd(partition)
    }

    func knownEnd(_ partition: TopicPartition) -> Offset? { asked.contains(partition) ? reader.knownEnd(partition) : nil }
    func close() { reader.close() }
}
