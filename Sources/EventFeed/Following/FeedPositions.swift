public import StreamCore

/// Where following topics stands: of each topic of a catalog, the next offset of each partition.
public struct FeedPositions: Hashable, Sendable {
    private var offsets: [[Offset]]

    /// At the first offset of everything in a catalog.
    public init(_ catalog: FeedCatalog) {
        offsets = catalog.topics.map { Array(repeating: .zero, count: $0.partitions) }
    }

    /// The next offset of a partition of the topic with that index.
    public subscript(topic: Int, partition: Partition) -> Offset {
        get { offsets[topic][partition.index] }
        set { offsets[topic][partition.index] = newValue }
    }

    /// How many partitions the topic with that index has.
    func partitions(of topic: Int) -> Range<Int> { offsets[topic].indices }

    /// Whether these are nowhere past the others, as far as those topics go.
    func precede(_ others: FeedPositions, in topics: TopicSet) -> Bool {
        for topic in offsets.indices where topics.contains(topic) {
            for (mine, theirs) in zip(offsets[topic], others.offsets[topic]) where mine > theirs { return false }
        }
        return true
    }

    /// The partitions of those topics in which these differ from the others.
    func differing(from others: FeedPositions, in topics: TopicSet) -> Set<FeedPartition> {
        var found: Set<FeedPartition> = []
        for topic in offsets.indices where topics.contains(topic) {
            for partition in offsets[topic].indices where offsets[topic][partition] != others.offsets[topic][partition] {
                found.insert(FeedPartition(topic: topic, partition: Partition(partition)))
            }
        }
        return found
    }
}

/// A partition of a catalog's topic.
public struct FeedPartition: Hashable, Sendable, BitwiseCopyable {
    /// The topic's index in the catalog.
    public let topic: Int
    /// The partition within it.
    public let partition: Partition

    /// That partition of the topic with that index.
    public init(topic: Int, partition: Partition) {
        self.topic = topic
        self.partition = partition
    }
}
