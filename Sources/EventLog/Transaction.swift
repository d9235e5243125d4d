public import StreamCore

/// A batch and the partition it goes to.
public struct PartitionBatch: Sendable {
    /// Where it goes.
    public let partition: TopicPartition
    /// What goes there; its base is ignored, the log assigns offsets.
    public let batch: RecordBatch

    /// `batch` for `partition`.
    public init(_ partition: TopicPartition, _ batch: RecordBatch) {
        self.partition = partition
        self.batch = batch
    }
}

/// One epoch of a slot: everything that becomes visible together.
public struct Transaction: Sendable {
    /// Outputs, changelogs and markers, appended in this order.
    public var batches: [PartitionBatch]
    /// The number each task's turn commits: the fence.
    public var turns: [TopicPartition: Epoch]
    /// Whether this process has held all of the turns ever since the epoch began, as far as its membership has been told. A log that shares
    /// turns out asks once it has fixed as which member it commits, and fails with `.fenced` where it is `false`: between an epoch and its
    /// commit a turn may have been another's and come back, and that other's epochs must not be written over. Asked on any thread.
    public var isCurrent: @Sendable () -> Bool = { true }

    /// A transaction of those parts.
    public init(batches: [PartitionBatch] = [], turns: [TopicPartition: Epoch] = [:]) {
        self.batches = batches
        self.turns = turns
    }
}

/// Where a partition begins and ends.
public struct PartitionBounds: Hashable, Sendable {
    /// The first offset still retained.
    public let start: Offset
    /// After the last committed record that a reader can see (Kafka's last stable offset).
    public let committed: Offset
    /// After the last record of any kind (Kafka's high watermark); at least `committed`.
    public let end: Offset

    /// Bounds of those values.
    public init(start: Offset, committed: Offset, end: Offset) {
        self.start = start
        self.committed = committed
        self.end = end
    }
}

/// Where reading begins.
public enum StartPosition: Hashable, Sendable {
    /// At the first record retained.
    case earliest
    /// After the last committed record.
    case latest
    /// At that offset, which must be retained or the end.
    case offset(Offset)
    /// At the first record whose event time is at least this; the end when there is none.
    case time(EventTime)
}
