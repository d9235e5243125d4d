public import StreamCore

/// A topic as the topology declares it.
public struct TopicSpec: Hashable, Sendable {
    /// What may be removed from a topic, and when.
    public enum Cleanup: Hashable, Sendable {
        /// Records go when they are older than `time` (by event time of the newest record around them) or when the partition is larger
        /// than `bytes`; `nil` keeps them.
        case retain(time: Duration?, bytes: Int?)
        /// The last record of each key stays; tombstones go after `tombstones`.
        case compact(tombstones: Duration)
    }

    /// Its name.
    public let name: String
    /// How many partitions it has.
    public let partitions: Int
    /// The name of the field its records are keyed by, where one is declared: spares a job that keys by it the shuffle.
    public let key: String?
    /// What may be removed.
    public let cleanup: Cleanup
    /// Whether it is Linehaul's own (changelog, repartition, turn) and not for clients.
    public let isInternal: Bool

    /// A topic of those properties.
    public init(
        _ name: String, partitions: Int, key: String? = nil, cleanup: Cleanup = .retain(time: nil, bytes: nil), isInternal: Bool = false
    ) {
        self.name = name
        self.partitions = partitions
        self.key = key
        self.cleanup = cleanup
        self.isInternal = isInternal
    }
}

/// One way in which an existing topic is not as declared.
public struct TopicDifference: Hashable, Sendable, CustomStringConvertible {
    /// The topic.
    public let topic: String
    /// Which property differs: `partitions`, `cleanup`, …
    public let property: String
    /// What the topology says.
    public let declared: String
    /// What the log has.
    public let actual: String
    /// Whether a job that uses the topic must not start.
    public let isFatal: Bool
    /// What the difference means and what to do.
    public let meaning: String

    /// A difference of those parts.
    public init(topic: String, property: String, declared: String, actual: String, isFatal: Bool, meaning: String) {
        self.topic = topic
        self.property = property
        self.declared = declared
        self.actual = actual
        self.isFatal = isFatal
        self.meaning = meaning
    }

    public var description: String { "topic \(topic): \(property) is \(actual), declared \(declared): \(meaning)" }
}

/// Why a topic cannot be created.
public struct TopicObstacle: Hashable, Sendable {
    /// The topic.
    public let topic: String
    /// What is in the way, and what to do.
    public let reason: String

    /// An obstacle to that topic.
    public init(topic: String, reason: String) {
        self.topic = topic
        self.reason = reason
    }
}

extension EventLog {
    /// A reader of no job.
    public func makeReader(waking wake: @escaping @Sendable () -> Void) throws(LogFailure) -> any LogReader {
        try makeReader(of: nil, waking: wake)
    }

    /// None: a log that is its process's own creates what it is told to.
    public func obstacles(to topics: [TopicSpec]) throws(LogFailure) -> [TopicObstacle] { [] }
}

/// A topic as the log has it now.
public struct TopicStatus: Hashable, Sendable {
    /// One partition's share.
    public struct PartitionStatus: Hashable, Sendable {
        /// Which one.
        public let partition: Partition
        /// Where it begins and ends.
        public let bounds: PartitionBounds
        /// Its stored size in bytes, an estimate is allowed; `nil` where the log cannot tell.
        public let bytes: Int?
        /// The newest event time in it, where one is known.
        public let newest: EventTime?

        /// A status of those parts.
        public init(partition: Partition, bounds: PartitionBounds, bytes: Int?, newest: EventTime?) {
            self.partition = partition
            self.bounds = bounds
            self.bytes = bytes
            self.newest = newest
        }
    }

    /// How it was declared, as far as the log keeps that.
    public let spec: TopicSpec
    /// Its partitions, in order.
    public let partitions: [PartitionStatus]

    /// A status of those parts.
    public init(spec: TopicSpec, partitions: [PartitionStatus]) {
        self.spec = spec
        self.partitions = partitions
    }
}

extension TopicStatus {
    /// How many records it holds, gaps of compaction counted in.
    public var records: Int64 { partitions.reduce(0) { $0 + $1.bounds.committed.number - $1.bounds.start.number } }

    /// How many bytes it holds; `nil` where the log cannot tell of all of it.
    public var bytes: Int? {
        let known = partitions.compactMap(\.bytes)
        return known.count == partitions.count ? known.reduce(0, +) : nil
    }
}
