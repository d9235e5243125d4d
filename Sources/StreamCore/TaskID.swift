/// A task's name: its job, its stage and its number, written `job/stage/3`. Stable, so it keys state, topics and metrics.
public struct TaskID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The job's name.
    public let job: String
    /// The stage's id.
    public let stage: String
    /// The task's number: the partition it reads.
    public let partition: Partition

    /// The task of that job, stage and number.
    public init(job: String, stage: String, partition: Partition) {
        self.job = job
        self.stage = stage
        self.partition = partition
    }

    /// The partition that makes its state durable.
    public var changelog: TopicPartition { TopicPartition("\(job).\(stage).changelog", partition) }
    /// The partition whose committed offset is its last epoch.
    public var turn: TopicPartition { TopicPartition("\(job).\(stage).turn", partition) }

    public var description: String { "\(job)/\(stage)/\(partition)" }
    public static func < (a: TaskID, b: TaskID) -> Bool { (a.job, a.stage, a.partition) < (b.job, b.stage, b.partition) }
}
