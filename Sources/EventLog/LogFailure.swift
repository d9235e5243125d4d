/// Why the log did not do what it was asked, and what may help.
public struct LogFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong, as far as callers act on it.
    public enum Kind: Hashable, Sendable {
        /// It cannot be reached or is starting; the same call may work later.
        case unavailable
        /// Another owner took over; stop, and touch nothing.
        case fenced
        /// The outcome of a commit is not known; ask the log.
        case unknown
        /// The offset is not retained.
        case outOfRange
        /// No such topic or partition.
        case unknownTopic
        /// What is stored cannot be read.
        case damaged
        /// The disk or the broker refuses more.
        case full
        /// It is held by another process, or something it needs is missing: a person must act.
        case refused
    }

    /// What kind of failure.
    public let kind: Kind
    /// What was being done, what happened and what to do, for people: "opening log directory …: held by process 71; …".
    public let reason: String

    /// A failure of that kind.
    public init(_ kind: Kind, _ reason: String) {
        self.kind = kind
        self.reason = reason
    }

    public var description: String { reason }
}
