public import StreamCore

/// Change data capture as operations see it: the composition root, which knows the job and its database. Calls may block.
public protocol CaptureConsole: Sendable {
    /// The job whose stage captures; `nil` where none is deployed.
    var job: String? { get }
    /// How the slot stands now: `slot`, `condition`, `confirmed`, `restart`, `lag_bytes`, `lag_seconds`, `retained_bytes`, `safe_bytes`, and
    /// `problem` where there is one.
    func status() throws(Refusal) -> JSON
    /// The tables, each with its topic, under `tables`.
    func tables() throws(Refusal) -> JSON
    /// Has tables read again, all where none is named; the answer has `asked` and `position`.
    func read(_ tables: [String]) throws(Refusal) -> JSON
}

/// Asks a console on a thread that may block, one call at a time.
actor CaptureConsoleDesk {
    private let console: any CaptureConsole
    private let executor = BlockingExecutor("inspection.capture")

    init(_ console: any CaptureConsole) { self.console = console }

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    /// What `work` makes of the console.
    func ask(_ work: @Sendable (any CaptureConsole) throws(Refusal) -> JSON) throws(Refusal) -> JSON { try work(console) }
}
