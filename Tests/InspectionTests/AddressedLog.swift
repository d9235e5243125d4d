import EventLog
import StreamCore
import StreamTesting
import Synchronization

/// A shared log whose members are reached where a test says.
final class AddressedLog: EventLog {
    private let log: SharedLogMember
    private let addresses: Addresses

    /// Where processes are reached, by instance; the same for all of them.
    final class Addresses: Sendable {
        private let known = Mutex<[String: String]>([:])
        private let isAway = Mutex(false)
        subscript(instance: String) -> String {
            get { known.withLock { $0[instance] ?? "" } }
            set { known.withLock { $0[instance] = newValue } }
        }
        /// Whether the log answers nobody who asks for members.
        var away: Bool {
            get { isAway.withLock { $0 } }
            set { isAway.withLock { $0 = newValue } }
        }
    }

    init(_ log: SharedLogMember, _ addresses: Addresses) {
        self.log = log
        self.addresses = addresses
    }

    func members() throws(LogFailure) -> [LogMember] {
        if addresses.away { throw LogFailure(.unavailable, "asking for members: no broker answers") }
        return try log.members().map { LogMember(instance: $0.instance, address: addresses[$0.instance], turns: $0.turns) }
    }

    var kind: String { log.kind }
    func ensure(_ topics: [TopicSpec]) throws(LogFailure) -> [TopicDifference] { try log.ensure(topics) }
    func topics() throws(LogFailure) -> [TopicStatus] { try log.topics() }
    func bounds(of partition: TopicPartition) throws(LogFailure) -> PartitionBounds { try log.bounds(of: partition) }
    func resolve(_ start: StartPosition, in partition: TopicPartition) throws(LogFailure) -> Offset {
        try log.resolve(start, in: partition)
    }
    func makeReader(of job: String?, waking wake: @escaping @Sendable () -> Void) throws(LogFailure) -> any LogReader { try log.makeReader(of: job, waking: wake) }
    func makeWriter(_ name: String) throws(LogFailure) -> any LogWriter { try log.makeWriter(name) }
    func append(_ batches: [PartitionBatch]) throws(LogFailure) -> [Offset] { try log.append(batches) }
    func committedEpochs(of turns: [TopicPartition]) throws(LogFailure) -> [TopicPartition: Epoch] { try log.committedEpochs(of: turns) }
    func join(onChange: @escaping @Sendable (TurnChange) -> Void) throws(LogFailure) -> any LogMembership { try log.join(onChange: onChange) }
    func report(_ positions: [TopicPartition: Offset], of job: String) throws(LogFailure) { try log.report(positions, of: job) }
    func groups() throws(LogFailure) -> [ConsumerGroup] { try log.groups() }
    func purge(_ partition: TopicPartition, below offset: Offset) throws(LogFailure) { try log.purge(partition, below: offset) }
    func delete(_ topics: [String]) throws(LogFailure) { try log.delete(topics) }
    func maintain(now: EventTime) throws(LogFailure) -> Bool { try log.maintain(now: now) }
    func close() { log.close() }
}
