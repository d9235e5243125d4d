/// Where a service waits to be stopped.
struct StopGate: Sendable {
    private let stream: AsyncStream<Never>
    private let opening: AsyncStream<Never>.Continuation

    init() { (stream, opening) = AsyncStream.makeStream() }

    /// Lets who waits go on, now and for ever.
    func open() { opening.finish() }

    /// Returns once the gate is open, or the task is cancelled.
    func wait() async { for await _ in stream {} }
}
