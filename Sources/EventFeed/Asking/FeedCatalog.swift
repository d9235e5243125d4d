/// What can be followed: topics with how many partitions they have, the types of events that each carries, the kinds of things they are about.
///
/// The order of topics is this process's own; nothing that leaves it depends on it.
public struct FeedCatalog: Sendable {
    /// A topic that clients may follow.
    public struct Topic: Hashable, Sendable {
        /// Its name.
        public let name: String
        /// How many partitions it has.
        public let partitions: Int
        /// The types of the events it carries.
        public let eventTypes: Set<String>

        /// A topic of those properties.
        public init(_ name: String, partitions: Int, eventTypes: Set<String>) {
            self.name = name
            self.partitions = partitions
            self.eventTypes = eventTypes
        }
    }

    /// The topics; a topic's index here stands for it in `FeedEvent`, `TopicSet` and `FeedPositions`. At most 64.
    public let topics: [Topic]
    /// The kinds of things that events are about.
    public let entityTypes: Set<String>
    private let indices: [String: Int]

    /// A catalog of those topics, whose names differ.
    public init(_ topics: [Topic], entityTypes: Set<String>) {
        precondition(topics.count <= 64, "a catalog holds at most 64 topics")
        self.topics = topics
        self.entityTypes = entityTypes
        indices = Dictionary(uniqueKeysWithValues: zip(topics.map(\.name), topics.indices))
    }

    /// The index of the topic of that name, `nil` for one that is not followed.
    public func index(of topic: String) -> Int? { indices[topic] }

    /// The topics that carry events of that type.
    func carriers(of eventType: String) -> TopicSet {
        TopicSet(topics.indices.filter { topics[$0].eventTypes.contains(eventType) })
    }
}

/// Some of a catalog's topics.
public struct TopicSet: Hashable, Sendable, BitwiseCopyable {
    private var bits: UInt64 = 0

    /// Those with these indices.
    public init(_ indices: some Sequence<Int>) {
        for index in indices { bits |= 1 << UInt64(index) }
    }

    /// All topics of a catalog.
    public static func all(of catalog: FeedCatalog) -> TopicSet { TopicSet(catalog.topics.indices) }

    /// Whether the topic with that index is among them.
    public func contains(_ index: Int) -> Bool { bits & (1 << UInt64(index)) != 0 }

    /// The indices, in order.
    public var indices: [Int] { (0..<64).filter(contains) }

    mutating func formUnion(_ other: TopicSet) { bits |= other.bits }

    mutating func formIntersection(_ other: TopicSet) { bits &= other.bits }
}
