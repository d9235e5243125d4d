public import StreamCore

/// What the engine refuses, and why.
public struct EngineFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of refusal.
    public enum Kind: Hashable, Sendable {
        /// There is no such job, state or key.
        case notFound
        /// It cannot be done in the state that things are in.
        case refused
        /// The log or the disk does not do its part.
        case unavailable
        /// Not among the tasks that run here; those of these turns, which other processes hold, may know. `EventLog.members` says who they are.
        case elsewhere(Set<TopicPartition>)
    }
    /// What kind of refusal.
    public let kind: Kind
    /// What was asked, why not, and what would help.
    public let description: String

    /// A refusal of that kind.
    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
