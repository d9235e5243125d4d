public import EventLog
public import StreamCore
public import StructuredLog
internal import Synchronization

/// The log on an Apache Kafka cluster: a topic is a topic, an epoch is a transaction, turns are a consumer group's.
///
/// Fencing by group metadata is KIP-447, which brokers have from 2.5 on; it has been tried with 4.1.1. While brokers are away, readers have
/// nothing new and are never at an end, commits and calls fail as `.unavailable`; all of it goes on by itself when they are back.
public final class KafkaLog: EventLog {
    private let settings: KafkaLogSettings
    private let logger: Logger?
    private let clients: LogClients
    private let turns: TurnGroup
    private let pool: ConsumerPool
    /// The fields by which topics are declared to be keyed, by topic: brokers keep no such thing.
    private let keys = Mutex<[String: String]>([:])

    /// A log on the cluster that the settings name. Connects when it is first used; fails where the settings cannot be right.
    public init(_ settings: KafkaLogSettings, logger: Logger? = nil) throws(LogFailure) {
        self.settings = settings
        self.logger = logger
        clients = try LogClients(settings, logger)
        turns = TurnGroup(settings)
        pool = ConsumerPool(settings, logger)
    }

    public var kind: String { "kafka" }

    public func ensure(_ topics: [TopicSpec]) throws(LogFailure) -> [TopicDifference] {
        let differences = try administration().ensure(topics)
        keys.withLock { keys in for topic in topics { keys[topic.name] = topic.key } }
        return differences
    }

    /// Asks the brokers to create them without doing it: whether this user may, with so many replicas and those properties.
    public func obstacles(to topics: [TopicSpec]) throws(LogFailure) -> [TopicObstacle] { try administration().obstacles(to: topics) }

    /// Offsets only: librdkafka has no call for sizes, so they are not known. The key is what this process declared.
    public func topics() throws(LogFailure) -> [TopicStatus] {
        try TopicListing(clients.open(), settings, keys: keys.withLock { $0 }).all()
    }

    public func bounds(of partition: TopicPartition) throws(LogFailure) -> PartitionBounds {
        let open = try clients.open()
        try open.directory.require([partition], "asking for the bounds of \(partition)")
        guard let bounds = try PartitionLookup(open, settings).bounds(of: [partition])[partition] else {
            throw LogFailure(.unavailable, "asking for the bounds of \(partition): its leader did not say")
        }
        return bounds
    }

    public func resolve(_ start: StartPosition, in partition: TopicPartition) throws(LogFailure) -> Offset {
        let open = try clients.open()
        try open.directory.require([partition], "finding \(start) in \(partition)")
        return try PartitionLookup(open, settings).resolve(start, in: partition)
    }

    public func makeReader(of job: String?, waking wake: @escaping @Sendable () -> Void) throws(LogFailure) -> any LogReader {
        let open = try clients.open()
        return KafkaReader(job, pool, open.surveyor, open.directory, waking: wake)
    }

    public func makeWriter(_ name: String) throws(LogFailure) -> any LogWriter {
        let open = try clients.open()
        return try KafkaWriter(name, settings, open.directory, turns, logger)
    }

    public func append(_ batches: [PartitionBatch]) throws(LogFailure) -> [Offset] {
        let open = try clients.open()
        try open.directory.require(batches.map(\.partition), "appending")
        let offsets = try open.appender.append(batches)
        var found: [Offset] = []
        for (index, offset) in offsets.enumerated() {
            if let offset {
                found.append(offset)
            } else {
                // An empty batch, or one whose place was not said: the end is the best that can be told.
                found.append(try PartitionLookup(open, settings).resolve(.latest, in: batches[index].partition))
            }
        }
        return found
    }

    public func committedEpochs(of turns: [TopicPartition]) throws(LogFailure) -> [TopicPartition: Epoch] {
        let doing = "reading the committed turns of cluster \(settings.cluster)"
        let patience = settings.requestTimeout + settings.transactionTimeout
        let offsets = try clients.open().bookkeeper().committedOffsets(turns, Deadline(patience), doing)
        return offsets.mapValues { Epoch($0) }
    }

    public func join(onChange: @escaping @Sendable (TurnChange) -> Void) throws(LogFailure) -> any LogMembership {
        _ = try clients.open()
        let membership = try KafkaMembership(settings, logger, onChange: onChange)
        guard turns.join(membership) else {
            membership.abandon()
            throw LogFailure(.refused, "joining cluster \(settings.cluster): this process is a member already")
        }
        return membership
    }

    public func members() throws(LogFailure) -> [LogMember] {
        // Brokers that are new keep no groups before a client asks who coordinates one, as this one does by itself.
        _ = try clients.open().bookkeeper()
        return try groupAdministration().members()
    }

    public func report(_ positions: [TopicPartition: Offset], of job: String) throws(LogFailure) {
        try groupAdministration().report(positions, of: "\(settings.cluster).\(job)")
    }

    public func groups() throws(LogFailure) -> [ConsumerGroup] {
        try groupAdministration().groups()
    }

    public func purge(_ partition: TopicPartition, below offset: Offset) throws(LogFailure) {
        let open = try clients.open()
        try open.directory.require([partition], "purging \(partition)")
        try open.producer.deleteRecords(partition, below: offset, settings.requestTimeout)
    }

    public func delete(_ topics: [String]) throws(LogFailure) { try administration().delete(topics) }

    /// Nothing: the brokers see to it.
    public func maintain(now: EventTime) throws(LogFailure) -> Bool { false }

    public func close() {
        turns.membership?.leave()
        pool.close()
        clients.close()
    }

    private func groupAdministration() throws(LogFailure) -> GroupAdministration {
        let open = try clients.open()
        return GroupAdministration(client: open.producer, coordinators: open.coordinators, settings: settings)
    }

    private func administration() throws(LogFailure) -> TopicAdministration {
        let open = try clients.open()
        return TopicAdministration(client: open.producer, settings: settings, directory: open.directory)
    }
}
