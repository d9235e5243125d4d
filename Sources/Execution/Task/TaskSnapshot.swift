public import StreamCore

/// A task as it is now: a value for inspection.
public struct TaskSnapshot: Sendable {
    /// What a task is doing.
    public enum Condition: String, Hashable, Sendable {
        /// Reading its changelog.
        case recovering = "RECOVERING"
        /// At work.
        case running = "RUNNING"
        /// Waiting for what it stands on, the log or a database, which is away; goes on by itself.
        case waiting = "WAITING"
        /// Failed, and waiting to try again.
        case backingOff = "BACKING_OFF"
        /// Failed too often; a person must restart it.
        case quarantined = "QUARANTINED"
        /// Told to pause.
        case paused = "PAUSED"
    }

    /// What is read of one partition.
    public struct Inlet: Hashable, Sendable {
        /// The inlet's name.
        public let name: String
        /// The topic and partition.
        public let partition: TopicPartition
        /// After the last record read.
        public let position: Offset
        /// How many offsets lie between that and the end, as far as the reader has heard of it.
        public let lag: Int64
        /// Its watermark.
        public let watermark: EventTime
    }

    /// Which task.
    public let task: TaskID
    /// Which slot runs it; `nil` for a resident stage, which has a thread of its own.
    public let slot: Int?
    /// What it is doing.
    public let condition: Condition
    /// What it waits for, while it does: why the last try ended.
    public let awaits: String?
    /// How many rows of its changelog it has read while it recovers, and of how many, about.
    public let recovery: (read: Int, of: Int)?
    /// Its watermark.
    public let watermark: EventTime
    /// What it reads.
    public let inlets: [Inlet]
    /// Its last committed epoch.
    public let epoch: Epoch
    /// When that was, on the wall.
    public let epochAt: EventTime?
    /// Its owner's number.
    public let generation: Generation
    /// Records read since it started here.
    public let recordsIn: Int
    /// Records written since it started here.
    public let recordsOut: Int
    /// Records that became dead letters since it started here.
    public let deadLetters: Int
    /// Records that came too late for a window or an ordering since it started here.
    public let late: Int
    /// Records read a second, over the last few seconds.
    public let rate: Double
    /// About how many bytes its decoded objects take.
    public let memory: Int
    /// What failed last, and when.
    public let lastFailure: (reason: String, at: EventTime)?
    /// Whether everything it has done is committed.
    public let isSettled: Bool
    /// How often it failed since it last made progress.
    public let failures: Int
}
