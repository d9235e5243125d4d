public import StreamCore

/// A process's place among those that run one cluster's tasks: which turns, and so which tasks, are its own.
///
/// A stage's turn topic has one partition for each task; the log shares the partitions out among the members and moves them when one
/// comes or goes. On Kafka this is the consumer group protocol; a log that one process holds gives it everything.
/// ```
/// (free) ──granted──▶ held ──revoked──▶ held, closing ──release──▶ (free)
///                       └────lost──────▶ (another's)
/// ```
public protocol LogMembership: AnyObject, Sendable {
    /// The turn topics whose partitions are shared out from now on, in place of those followed before; turns of a topic that is followed
    /// no more must have been released. What a log can grant at once it grants before this returns.
    func follow(_ topics: Set<String>) throws(LogFailure)

    /// Gives turns back: nothing of their tasks is being committed, nor will be. Others may have them from here on.
    func release(_ turns: Set<TopicPartition>)

    /// Says goodbye, so that others take over at once. No turn is held any more.
    func leave()
}

/// What a member is told about its turns, in order, on a thread of the log's own that may wait for nobody.
public enum TurnChange: Hashable, Sendable {
    /// They are this member's from now on.
    case granted(Set<TopicPartition>)
    /// Others are to have them: commit what there is, close the tasks, then `release`.
    case revoked(Set<TopicPartition>)
    /// They are another's already: what their tasks had not committed never will be.
    case lost(Set<TopicPartition>)
}

/// One process among those that share a log's turns.
public struct LogMember: Hashable, Sendable {
    /// What it is known by across restarts.
    public let instance: String
    /// Where it can be reached over HTTP (`host:port`), as it says itself; empty where it does not.
    public let address: String
    /// The turns it holds now.
    public let turns: Set<TopicPartition>

    /// A member of those properties.
    public init(instance: String, address: String, turns: Set<TopicPartition>) {
        self.instance = instance
        self.address = address
        self.turns = turns
    }
}

/// A group of readers as the log's tools show it: ours and foreign ones.
public struct ConsumerGroup: Hashable, Sendable {
    /// One member of it.
    public struct Member: Hashable, Sendable {
        /// The name its client gives itself.
        public let client: String
        /// The host it connects from, where the log knows it.
        public let host: String

        /// A member of that name and host.
        public init(client: String, host: String) {
            self.client = client
            self.host = host
        }
    }

    /// Its name.
    public let name: String
    /// `Stable`, `Empty`, `PreparingRebalance`, … as the log calls it.
    public let state: String
    /// Who is in it now.
    public let members: [Member]
    /// The offset it would read next in each partition, as it last said.
    public let positions: [TopicPartition: Offset]

    /// A group of those properties.
    public init(name: String, state: String, members: [Member], positions: [TopicPartition: Offset]) {
        self.name = name
        self.state = state
        self.members = members
        self.positions = positions
    }
}
