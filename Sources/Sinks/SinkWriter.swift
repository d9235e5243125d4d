public import StreamCore

/// Where a task's rows go outside the log: a target that keeps rows, and how far they reach, in one transaction.
///
/// Each task has a writer of its own, made with the task's steps; it reaches for its target when first asked. It is asked on a thread that
/// may block, one call at a time, and goes on being asked after any failure. The target's word is believed over the log's own: a task begins
/// to read where its target says.
public protocol SinkWriter<Row>: SendableMetatype {
    associatedtype Row: Sendable

    /// Takes the target over for `owner` and says how far it has each of `partitions`; one that it knows nothing of is left out. From then
    /// on no older owner of the task writes there. Asked at each start, and so also where it is not known how a `write` ended.
    mutating func positions(of partitions: [TopicPartition], for owner: SinkOwner) throws(SinkFailure) -> [TopicPartition: Offset]

    /// Writes rows, in order, and moves the positions, or does neither. A step without rows that leads from somewhere to there asks whether the
    /// target still is where it was left: a task with nothing to write sends one now and then.
    mutating func write(_ rows: [Row], _ step: SinkStep) throws(SinkFailure)
}

/// Whose rows they are: a task, and which of its owners.
public struct SinkOwner: Hashable, Sendable {
    /// The task; its job and stage name the sink, its partition the share.
    public let task: TaskID
    /// One higher at each change of owner; the target lets no lower one write.
    public let generation: Generation

    /// An owner of those parts.
    public init(_ task: TaskID, _ generation: Generation) {
        self.task = task
        self.generation = generation
    }
}

/// What one transaction of a sink moves, and who says so.
public struct SinkStep: Sendable {
    /// One partition's part.
    public struct Move: Hashable, Sendable {
        /// What was read.
        public let partition: TopicPartition
        /// What the target must have of it; `nil` where it must know nothing of it.
        public let from: Offset?
        /// What it has of it then: after the last record whose rows are among those written.
        public let to: Offset

        /// A move of those parts.
        public init(_ partition: TopicPartition, from: Offset?, to: Offset) {
            self.partition = partition
            self.from = from
            self.to = to
        }
    }

    /// Whose rows they are.
    public let owner: SinkOwner
    /// Its moves, by partition; at least one.
    public let moves: [Move]

    /// A step of those parts.
    public init(_ owner: SinkOwner, _ moves: [Move]) {
        self.owner = owner
        self.moves = moves
    }
}
