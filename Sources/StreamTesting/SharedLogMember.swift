public import EventLog
public import StreamCore

/// A shared log as one of the processes that share it sees it.
public final class SharedLogMember: EventLog {
    private let instance: String
    private let shared: SharedLog
    private var log: any EventLog { shared.log }

    init(_ instance: String, of shared: SharedLog) {
        self.instance = instance
        self.shared = shared
    }

    public var kind: String { log.kind }
    public func ensure(_ topics: [TopicSpec]) throws(LogFailure) -> [TopicDifference] { try log.ensure(topics) }
    public func topics() throws(LogFailure) -> [TopicStatus] { try log.topics() }
    public func bounds(of partition: TopicPartition) throws(LogFailure) -> PartitionBounds { try log.bounds(of: partition) }
    public func resolve(_ start: StartPosition, in partition: TopicPartition) throws(LogFailure) -> Offset {
        try log.resolve(start, in: partition)
    }
    public func makeReader(of job: String?, waking wake: @escaping @Sendable () -> Void) throws(LogFailure) -> any LogReader {
        try log.makeReader(of: job, waking: wake)
    }
    public func makeWriter(_ name: String) throws(LogFailure) -> any LogWriter {
        MemberWriter(try log.makeWriter(name), instance, of: shared)
    }
    public func append(_ batches: [PartitionBatch]) throws(LogFailure) -> [Offset] { try log.append(batches) }
    public func committedEpochs(of turns: [TopicPartition]) throws(LogFailure) -> [TopicPartition: Epoch] {
        try log.committedEpochs(of: turns)
    }
    public func join(onChange: @escaping @Sendable (TurnChange) -> Void) throws(LogFailure) -> any LogMembership {
        shared.join(instance, onChange)
        return SharedMembership(instance, of: shared)
    }
    public func members() throws(LogFailure) -> [LogMember] { shared.members() }
    public func report(_ positions: [TopicPartition: Offset], of job: String) throws(LogFailure) { shared.report(positions, of: job) }
    public func groups() throws(LogFailure) -> [ConsumerGroup] { try log.groups() }
    public func purge(_ partition: TopicPartition, below offset: Offset) throws(LogFailure) { try log.purge(partition, below: offset) }
    public func delete(_ topics: [String]) throws(LogFailure) { try log.delete(topics) }
    public func maintain(now: EventTime) throws(LogFailure) -> Bool { try log.maintain(now: now) }
    /// Does nothing: who made the shared log closes it.
    public func close() {}
}

private final class SharedMembership: LogMembership {
    private let instance: String
    private let shared: SharedLog

    init(_ instance: String, of shared: SharedLog) {
        self.instance = instance
        self.shared = shared
    }

    func follow(_ topics: Set<String>) throws(LogFailure) { shared.follow(topics, as: instance) }
    func release(_ turns: Set<TopicPartition>) { shared.release(turns, of: instance) }
    func leave() { shared.leave(instance) }
}

private final class MemberWriter: LogWriter {
    private let writer: any LogWriter
    private let instance: String
    private let shared: SharedLog

    init(_ writer: any LogWriter, _ instance: String, of shared: SharedLog) {
        self.writer = writer
        self.instance = instance
        self.shared = shared
    }

    func commit(_ transaction: Transaction) throws(LogFailure) -> [Offset] {
        try shared.commit(transaction, as: instance, by: writer)
    }

    func close() { writer.close() }
}
