public import KeyedState
public import StreamCore

/// What a job's tasks had committed at one moment, whole: their state, where they stood, and what was on its way between them.
///
/// It is held in memory while it is written or restored, so a job's state must fit there.
public struct Savepoint: Sendable {
    /// A stage as it was laid out.
    public struct Stage: Hashable, Sendable {
        /// Its id.
        public let id: String
        /// How many tasks it had.
        public let tasks: Int
        /// What each of them kept.
        public let states: [StateSchema]

        /// A stage of those parts.
        public init(id: String, tasks: Int, states: [StateSchema]) {
            self.id = id
            self.tasks = tasks
            self.states = states
        }
    }

    /// The job's name.
    public let job: String
    /// When it was made.
    public let created: EventTime
    /// How the job was laid out.
    public let stages: [Stage]
    /// What each task had, every task of every stage.
    public let tasks: [TaskImage]

    /// A savepoint of those parts.
    public init(job: String, created: EventTime, stages: [Stage], tasks: [TaskImage]) {
        self.job = job
        self.created = created
        self.stages = stages
        self.tasks = tasks
    }
}

/// What one task had committed.
public struct TaskImage: Sendable {
    /// Records of a shuffle that the task had yet to read, or to read again into an ordering buffer.
    public struct InFlight: Sendable {
        /// The partition of the repartition topic.
        public let partition: TopicPartition
        /// The records, in order.
        public let batches: [RecordBatch]
        /// How many of them, from the first, had been read.
        public let read: Int

        /// Records of those parts.
        public init(partition: TopicPartition, batches: [RecordBatch], read: Int) {
            self.partition = partition
            self.batches = batches
            self.read = read
        }
    }

    /// The task.
    public let task: TaskID
    /// Where it stood; `nil` when it had committed nothing.
    public let marker: Marker?
    /// Its state.
    public let rows: StoredRows
    /// What each shuffle that it reads held for it.
    public let inFlight: [InFlight]

    /// An image of those parts.
    public init(task: TaskID, marker: Marker?, rows: StoredRows, inFlight: [InFlight]) {
        self.task = task
        self.marker = marker
        self.rows = rows
        self.inFlight = inFlight
    }
}

/// Why something is not done with a savepoint.
public struct SavepointFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of failure.
    public enum Kind: Hashable, Sendable {
        /// There is none of that name.
        case notFound
        /// A name that is taken or cannot be one.
        case refused
        /// The file is not what was written.
        case damaged
        /// The disk does not do its part.
        case unavailable
    }
    /// What kind of failure.
    public let kind: Kind
    /// What was asked, why not, and what would help.
    public let description: String

    init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
