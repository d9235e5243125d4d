internal import Synchronization

/// Where a service waits to be stopped.
final class StopGate: Sendable {
    private let stream: AsyncStream<Never>
    private let opening: AsyncStream<Never>.Continuation
    private let isOpen = Atomic<Bool>(false)
    /// How often who waits for a time looks.
    private static let step = Duration.milliseconds(50)

    init() { (stream, opening) = AsyncStream.makeStream() }

    /// Lets who waits go on, now and for ever.
    func open() {
        isOpen.store(true, ordering: .releasing)
        opening.finish()
    }

    /// Returns once the gate is open, or the task is cancelled.
    func wait() async { for await _ in stream {} }

    /// Returns when the gate is open, the task is cancelled or that time has passed; `false` for the last.
    func wait(upTo limit: Duration) async -> Bool {
        // Not by a task that is cancelled: that would end the stream for everybody.
        var waited = Duration.zero
        while waited < limit {
            if isOpen.load(ordering: .acquiring) || Task.isCancelled { return true }
            try? await Task.sleep(for: StopGate.step)
            waited += StopGate.step
        }
        return isOpen.load(ordering: .acquiring) || Task.isCancelled
    }
}
