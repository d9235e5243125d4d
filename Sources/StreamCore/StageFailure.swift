/// Why a stage could not go on, whose doing it is, and what is to be done about it.
public struct StageFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// Whose doing it is.
    public enum Blame: Hashable, Sendable {
        /// The record: it is not what the inlet expects.
        case record
        /// The job's own code.
        case job
        /// What it stands on: the log, the state, the disk.
        case system
    }

    /// What is to be done.
    public enum Remedy: Hashable, Sendable {
        /// Begin again at the last epoch, with backoff; a record that fails too often becomes a dead letter.
        case retry
        /// Begin again at the last epoch, with backoff, for as long as it takes: what it stands on is away for now and comes back by itself.
        case wait
        /// Put the record into the dead-letter topic and go on without it.
        case deadLetter
        /// Stop the task until a person has acted.
        case stop
    }

    /// What was being done and what happened: starts with the action.
    public let reason: String
    /// Whose doing it is.
    public let blame: Blame
    /// What is to be done.
    public let remedy: Remedy

    /// A failure of those parts.
    public init(_ reason: String, blame: Blame, remedy: Remedy = .retry) {
        self.reason = reason
        self.blame = blame
        self.remedy = remedy
    }

    public var description: String { reason }
}
