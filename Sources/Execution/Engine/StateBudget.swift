internal import Synchronization

/// The memory for decoded objects, shared evenly by the tasks that run.
final class StateBudget: Sendable {
    private let total: Int
    private let tasks = Atomic<Int>(0)

    init(total: Int) { self.total = total }

    func add(_ count: Int) { tasks.add(count, ordering: .relaxed) }
    func remove(_ count: Int) { tasks.subtract(count, ordering: .relaxed) }

    /// One task's share, in bytes.
    var share: Int { total / max(1, tasks.load(ordering: .relaxed)) }
}
