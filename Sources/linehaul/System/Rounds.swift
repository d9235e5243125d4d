internal import Synchronization

/// Counts the rounds of something periodic.
final class Rounds: Sendable {
    private let count = Atomic<Int>(0)

    /// Counts one round; whether it is one of every so many.
    func isDue(each number: Int) -> Bool { count.add(1, ordering: .relaxed).newValue.isMultiple(of: number) }
}
