internal import StreamCore

/// Which turns a member holds, and how far a revocation has come.
///
/// ```
/// (free) ──grant──▶ held ──revoke──▶ closing ──release──▶ (free)
/// ```
struct TurnState: Sendable {
    private(set) var held: Set<TopicPartition> = []
    /// Given back by their owner: before they are revoked, or among those that are.
    private var released: Set<TopicPartition> = []
    /// What the group wants back and has not got yet.
    private var revoking: Set<TopicPartition>?

    /// Whether a commit may carry the turn.
    func commits(_ turn: TopicPartition) -> Bool { held.contains(turn) && !released.contains(turn) }

    mutating func grant(_ turns: Set<TopicPartition>) {
        held.formUnion(turns)
        released.subtract(turns)
    }

    /// The group wants turns back: those whose owner must still release them, or the whole set when there is none.
    mutating func revoke(_ turns: Set<TopicPartition>) -> (open: Set<TopicPartition>, finished: Set<TopicPartition>?) {
        revoking = turns
        let open = turns.intersection(held).subtracting(released)
        return (open, open.isEmpty ? finish() : nil)
    }

    /// Turns that their owner gives back; the revoked set once all of it has been.
    mutating func release(_ turns: Set<TopicPartition>) -> Set<TopicPartition>? {
        released.formUnion(turns.intersection(held))
        guard let revoking, revoking.intersection(held).isSubset(of: released) else { return nil }
        return finish()
    }

    private mutating func finish() -> Set<TopicPartition>? {
        defer { revoking = nil }
        guard let revoking else { return nil }
        lose(revoking)
        return revoking
    }

    mutating func lose(_ turns: Set<TopicPartition>) {
        held.subtract(turns)
        released.subtract(turns)
    }

    /// What was being revoked, when it turns out to be another's already.
    mutating func loseRevoked() -> Set<TopicPartition>? { finish() }

    mutating func loseAll() -> Set<TopicPartition> {
        defer { (held, released, revoking) = ([], [], nil) }
        return held
    }
}
