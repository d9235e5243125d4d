/// Lets one at a time through, in the order in which they came: what takes several steps on an actor is not interleaved with its like.
/// Confined to that actor.
final class Passage {
    private var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// Returns when nobody else is in it.
    func enter() async {
        if !isTaken { return isTaken = true }
        await withCheckedContinuation { waiting.append($0) }
    }

    /// Lets the next one in.
    func leave() {
        if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
    }
}
