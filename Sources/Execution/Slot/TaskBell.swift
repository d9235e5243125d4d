internal import Synchronization

/// How the log tells a task that there is something for it: from any thread, without waiting.
final class TaskBell: Sendable {
    private let executor: SlotExecutor
    private let rung = Atomic<Bool>(false)

    /// The bell of a task on that thread.
    init(_ executor: SlotExecutor) { self.executor = executor }

    /// There is something. The slot gets another turn, and passes over the tasks whose bells have not rung.
    func ring() {
        rung.store(true, ordering: .releasing)
        executor.knock()
    }

    /// Whether it has rung since it was last silenced.
    var isRung: Bool { rung.load(ordering: .acquiring) }

    /// Before the task looks: what rings from here on is for its next look.
    func silence() { rung.store(false, ordering: .sequentiallyConsistent) }
}
