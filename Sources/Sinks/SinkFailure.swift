/// Why a target did not take rows, as far as their task acts on it.
public struct SinkFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// A row that the target refuses.
    public struct RefusedRow: Hashable, Sendable {
        /// Its index among the rows given.
        public let index: Int
        /// What the target says of it, with its code.
        public let reason: String

        /// A refusal of those parts.
        public init(_ index: Int, _ reason: String) {
            self.index = index
            self.reason = reason
        }
    }

    /// What kind of failure.
    public enum Kind: Hashable, Sendable {
        /// The target is away, or has no room: it is waited for.
        case unavailable
        /// Nothing was written, and the same may succeed at once: a deadlock, say.
        case retriable
        /// It may have been written or not: the answer is lost.
        case unknown
        /// A position is not what the step goes from: another owner has written, or this one already.
        case moved
        /// A younger owner has taken the target over.
        case fenced
        /// Those rows will never be taken, the others may be. Nothing was written.
        case refused([RefusedRow])
        /// The target is not what the sink needs, and a person has to see to it: a table, a column, a right is missing.
        case unfit
    }

    /// What kind of failure.
    public let kind: Kind
    /// What was being done and what happened; shows no address and no secret.
    public let reason: String

    /// A failure of those parts.
    public init(_ kind: Kind, _ reason: String) {
        self.kind = kind
        self.reason = reason
    }

    public var description: String { reason }
}
