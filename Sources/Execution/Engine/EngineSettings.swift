public import StreamCore

/// How an engine runs, from `topology/cluster.yaml`.
public struct EngineSettings: Sendable {
    /// How many slots, each one thread.
    public var slots = 2
    /// How long a busy slot lets an epoch fill.
    public var epochEvery = EventTime.Span(microseconds: 25_000)
    /// How many bytes of output end an epoch.
    public var epochBytes = 4 << 20
    /// How many changed keys end an epoch.
    public var epochChanges = 50_000
    /// How many bytes of decoded objects all tasks together keep.
    public var stateMemory = 512 << 20
    /// How many bytes a task reads at once.
    public var readBytes = 256 << 10
    /// How many rows for its target a task gathers before it reads no more.
    public var sinkRows = 8_192
    /// The same, in bytes of the records read.
    public var sinkBytes = 2 << 20
    /// How long a task leaves its target alone when it has nothing for it, before it asks whether that still stands where it was left.
    public var sinkCheckEvery = EventTime.Span(microseconds: 30_000_000)
    /// How often changes are written behind, and the store flushed.
    public var writeBehindEvery = EventTime.Span(microseconds: 5_000_000)
    /// How many unwritten bytes of a task start that at once.
    public var writeBehindBytes = 16 << 20
    /// The wait after a task's first failure; doubled each time.
    public var firstBackoff = EventTime.Span(microseconds: 100_000)
    /// The longest wait between two tries.
    public var longestBackoff = EventTime.Span(microseconds: 30_000_000)
    /// The longest wait between two tries while the log is away.
    public var longestWait = EventTime.Span(microseconds: 3_000_000)
    /// How long a changelog may stay silent while a recovery awaits more of it; longer than a dead owner's transaction stays open.
    public var recoveryPatience = EventTime.Span(microseconds: 20_000_000)
    /// How many tasks recover at the same time.
    public var restoreThreads = 4
    /// How many failures in a row put a task into quarantine.
    public var failuresToQuarantine = 8
    /// How long a quarantined task's silence holds the watermark of the stages behind it.
    public var quarantineHold = EventTime.Span(microseconds: 60_000_000)
    /// The name by which the slots' writers are known to the log: this process's alone, since a writer fences others of its name.
    public var instance = "linehaul"
    /// How many seconds a slot may take for one turn of its loop before `hung` is called.
    public var hangLimit = 30

    /// Called, on a thread of its own, when a slot hangs, with which and for how long: its member holds turns that nobody serves, so the
    /// process should end. `nil`: nobody watches.
    public var hung: (@Sendable (String) -> Void)?

    /// Called at each place where a crash hurts most; does nothing unless a test wants a crash there.
    public var fault: @Sendable (FaultPoint) -> Void = { _ in }

    /// The defaults.
    public init() {}
}
