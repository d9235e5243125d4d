internal import EventLog
internal import StreamCore
internal import Synchronization

/// The only member there can be: one process holds the directory, so every turn is its own.
final class EmbeddedMembership: LogMembership {
    private let core: LogCore
    private let onChange: @Sendable (TurnChange) -> Void
    private let followed = Mutex<Set<String>>([])

    init(_ core: LogCore, onChange: @escaping @Sendable (TurnChange) -> Void) {
        self.core = core
        self.onChange = onChange
    }

    func follow(_ topics: Set<String>) throws(LogFailure) {
        let added = followed.withLock { followed in
            defer { followed = topics }
            return topics.subtracting(followed)
        }
        var turns: Set<TopicPartition> = []
        for topic in added {
            guard let entry = core.catalogue[topic] else { throw LogFailure(.unknownTopic, "following turns: no topic \(topic)") }
            turns.formUnion(entry.partitions.map(\.name))
        }
        if !turns.isEmpty { onChange(.granted(turns)) }
    }

    func release(_ turns: Set<TopicPartition>) {}

    func leave() {}
}
