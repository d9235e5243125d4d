public import StreamCore

/// Where the tasks of a process keep their rows: one for the process, a store a task.
public protocol StateBackend: AnyObject, Sendable {
    /// The store of a task, with what it held at the last flush. One open at a time.
    func open(_ task: TaskID) throws(StageFailure) -> any TaskStore

    /// Makes everything written so far survive a crash, in the background unless `waiting`. Called every few seconds: it bounds how much
    /// changelog a restart replays.
    func flush(waiting: Bool) throws(StageFailure)

    /// Forgets a task's rows.
    func remove(_ task: TaskID) throws(StageFailure)

    /// About how many bytes it holds on disk and in memory, for inspection.
    var size: (disk: Int, memory: Int) { get }
}

/// State in memory, for replays and tests: nothing survives the process.
public final class MemoryBackend: StateBackend {
    /// A backend with nothing in it.
    public init() {}
    public func open(_ task: TaskID) -> any TaskStore { MemoryStore() }
    public func flush(waiting: Bool) {}
    public func remove(_ task: TaskID) {}
    public var size: (disk: Int, memory: Int) { (0, 0) }
}
