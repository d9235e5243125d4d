public import EventLog
public import StreamCore
internal import Synchronization

/// A log that fails commits when told to, or is away for a while, and is otherwise the one it stands before.
public final class FaultyLog: EventLog {
    /// How a commit fails.
    public enum Fault: Hashable, Sendable {
        /// Nothing was written: the answer is `.unavailable`.
        case before
        /// All was written, and the answer got lost: `.unknown`.
        case after
    }

    private struct Plan {
        var faults: [Int: Fault] = [:]
        var commits = 0
        var isAway = false
    }

    private let log: any EventLog
    private let plan: Mutex<Plan>

    /// A log before `log`; `faults` says which commits fail, counted from 1 over all writers.
    public init(_ log: any EventLog, failing faults: [Int: Fault] = [:]) {
        self.log = log
        plan = Mutex(Plan(faults: faults))
    }

    /// How many commits writers have asked for so far.
    public var commits: Int { plan.withLock { $0.commits } }

    /// The next commit fails so.
    public func failNext(_ fault: Fault) { plan.withLock { $0.faults[$0.commits + 1] = fault } }

    /// From here on it cannot be reached: what tasks ask of it, commits among them, fails with `.unavailable`.
    public func goAway() { plan.withLock { $0.isAway = true } }

    /// It can be reached again.
    public func comeBack() { plan.withLock { $0.isAway = false } }

    fileprivate func reach() throws(LogFailure) {
        if plan.withLock({ $0.isAway }) { throw LogFailure(.unavailable, "asking the log: scripted to be away") }
    }

    fileprivate func nextFault() -> Fault? {
        plan.withLock { plan in
            plan.commits += 1
            return plan.faults[plan.commits]
        }
    }

    public var kind: String { log.kind }
    public func ensure(_ topics: [TopicSpec]) throws(LogFailure) -> [TopicDifference] { try log.ensure(topics) }
    public func topics() throws(LogFailure) -> [TopicStatus] { try log.topics() }
    public func bounds(of partition: TopicPartition) throws(LogFailure) -> PartitionBounds {
        try reach()
        return try log.bounds(of: partition)
    }
    public func resolve(_ start: StartPosition, in partition: TopicPartition) throws(LogFailure) -> Offset {
        try log.resolve(start, in: partition)
    }
    public func makeReader(of job: String?, waking wake: @escaping @Sendable () -> Void) throws(LogFailure) -> any LogReader {
        FaultyReader(try log.makeReader(of: job, waking: wake), of: self)
    }
    public func makeWriter(_ name: String) throws(LogFailure) -> any LogWriter { FaultyWriter(try log.makeWriter(name), of: self) }
    public func append(_ batches: [PartitionBatch]) throws(LogFailure) -> [Offset] { try log.append(batches) }
    public func committedEpochs(of turns: [TopicPartition]) throws(LogFailure) -> [TopicPartition: Epoch] {
        try reach()
        return try log.committedEpochs(of: turns)
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

private final class FaultyWriter: LogWriter {
    private let writer: any LogWriter
    private let log: FaultyLog

    init(_ writer: any LogWriter, of log: FaultyLog) {
        self.writer = writer
        self.log = log
    }

    func commit(_ transaction: Transaction) throws(LogFailure) -> [Offset] {
        try log.reach()
        switch log.nextFault() {
        case nil: return try writer.commit(transaction)
        case .before: throw LogFailure(.unavailable, "committing: scripted to fail before")
        case .after:
            _ = try writer.commit(transaction)
            throw LogFailure(.unknown, "committing: scripted to lose the answer")
        }
    }

    func close() { writer.close() }
}

private final class FaultyReader: LogReader {
    private let reader: any LogReader
    private let log: FaultyLog

    init(_ reader: any LogReader, of log: FaultyLog) {
        self.reader = reader
        self.log = log
    }

    func assign(_ partition: TopicPartition, from offset: Offset) throws(LogFailure) { try reader.assign(partition, from: offset) }
    func unassign(_ partition: TopicPartition) { reader.unassign(partition) }
    func next(_ partition: TopicPartition, upTo bytes: Int) throws(LogFailure) -> RecordBatch? {
        try log.reach()
        return try reader.next(partition, upTo: bytes)
    }
    func isAtEnd(_ partition: TopicPartition) throws(LogFailure) -> Bool { try reader.isAtEnd(partition) }
    func knownEnd(_ partition: TopicPartition) -> Offset? { reader.knownEnd(partition) }
    func close() { reader.close() }
}
