/// The number of one atomic commit of a task: 0 before the first, rising by one.
public struct Epoch: Hashable, Comparable, Sendable, BitwiseCopyable, CustomStringConvertible {
    /// The number itself.
    public let number: Int64
    /// Epoch `number`.
    public init(_ number: Int64) { self.number = number }
    /// Nothing committed yet.
    public static let none = Epoch(0)
    /// The epoch after this one.
    public var next: Epoch { Epoch(number + 1) }
    public var description: String { String(number) }
    public static func < (a: Epoch, b: Epoch) -> Bool { a.number < b.number }
}

/// How often a task has changed hands: rises by one with each recovery, so that a predecessor can be told from its successor.
public struct Generation: Hashable, Comparable, Sendable, BitwiseCopyable, CustomStringConvertible {
    /// The number itself.
    public let number: Int64
    /// Generation `number`.
    public init(_ number: Int64) { self.number = number }
    /// The generation of the next owner.
    public var next: Generation { Generation(number + 1) }
    public var description: String { String(number) }
    public static func < (a: Generation, b: Generation) -> Bool { a.number < b.number }
}

/// A record's place in its partition. Rises along the log; gaps are legal.
public struct Offset: Hashable, Comparable, Sendable, BitwiseCopyable, CustomStringConvertible {
    /// The number itself, from 0.
    public let number: Int64
    /// Offset `number`.
    public init(_ number: Int64) { self.number = number }
    /// The first offset of a new partition.
    public static let zero = Offset(0)
    /// The offset `count` further on.
    public func advanced(by count: Int) -> Offset { Offset(number + Int64(count)) }
    public var description: String { String(number) }
    public static func < (a: Offset, b: Offset) -> Bool { a.number < b.number }
}

/// One of a topic's numbered parts, from 0.
public struct Partition: Hashable, Comparable, Sendable, BitwiseCopyable, CustomStringConvertible {
    /// The number itself.
    public let number: Int32
    /// Partition `number`.
    public init(_ number: Int) { self.number = Int32(number) }
    /// The number as an index into arrays by partition.
    public var index: Int { Int(number) }
    public var description: String { String(number) }
    public static func < (a: Partition, b: Partition) -> Bool { a.number < b.number }
}

/// A topic's name and one of its partitions, written `topic/3`.
public struct TopicPartition: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The topic's name.
    public let topic: String
    /// The partition within it.
    public let partition: Partition
    /// Partition `partition` of `topic`.
    public init(_ topic: String, _ partition: Partition) {
        self.topic = topic
        self.partition = partition
    }
    public var description: String { "\(topic)/\(partition)" }
    public static func < (a: TopicPartition, b: TopicPartition) -> Bool { (a.topic, a.partition) < (b.topic, b.partition) }
}
