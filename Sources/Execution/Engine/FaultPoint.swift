/// A place where a crash hurts most: each numbered step of an epoch and of a recovery (design.md section 4). Tests end the process there.
public enum FaultPoint: String, Hashable, Sendable, CaseIterable {
    /// An epoch is full, and its tasks are about to freeze it.
    case freezing
    /// An epoch is frozen and not yet handed to the writer.
    case frozen
    /// The writer is about to commit.
    case committing
    /// The log has committed, and nobody here knows.
    case committed
    /// The tasks know.
    case published
    /// An epoch's rows are about to go to their target.
    case delivering
    /// The target has them, and nobody here knows.
    case delivered
    /// Rows are about to be written behind.
    case writing
    /// Rows have been written behind, and the tasks do not know.
    case written
    /// The state was told to flush.
    case flushed
    /// A recovery has its store open and has read nothing.
    case recovering
    /// A recovery has applied the changelog and the task has not begun to read.
    case recovered
}
