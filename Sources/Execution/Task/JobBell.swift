internal import Synchronization

/// How the log tells a job's tasks here that there is something for one of them: from any thread, without waiting.
///
/// One for all of a job's tasks: what was committed at once is then read at once, so that those who write to one shuffle go on together.
final class JobBell: Sendable {
    private let rings = Atomic<Int>(0)

    /// There is something. Whoever rings gives the task's slot another turn, too.
    func ring() { rings.wrappingAdd(1, ordering: .acquiringAndReleasing) }

    /// How often it has rung: who looks at this before it looks for records knows by it later whether to look again.
    var count: Int { rings.load(ordering: .acquiring) }
}
