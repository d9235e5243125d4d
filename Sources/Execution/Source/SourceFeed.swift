internal import Dataflow
internal import Foundation
internal import StreamCore
internal import Synchronization
internal import Threads

/// A reader at work on a thread of its own, a little ahead of the task that takes what it gives.
///
/// What has been read and not taken is lost with the feed; the next one begins where the last committed epoch stands.
final class SourceFeed: Sendable {
    private struct State {
        var yields: [SourceYield] = []
        var bytes = 0
        var failure: StageFailure?
        var isClosed = false
    }

    private let reader: any SourceReader
    private let state = Mutex(State())
    private let room = Bell()
    private let wake: @Sendable () -> Void

    /// How many bytes may wait for the task.
    private static let depth = 8 << 20

    /// Opens a reader where the task stands, and begins to read. Blocks as long as opening takes.
    init(_ port: SourcePort, clock: @escaping @Sendable () -> EventTime, waking wake: @escaping @Sendable () -> Void) throws(StageFailure) {
        reader = try port.makeReader(clock: clock)
        self.wake = wake
        do throws(StageFailure) {
            try reader.open(after: try port.position())
        } catch {
            reader.close()
            throw error
        }
        let thread = Thread { [self] in read() }
        thread.name = "source \(port.outside)"
        thread.start()
    }

    /// What came next; `nil` where there is nothing now.
    func take() throws(StageFailure) -> SourceYield? {
        let (yield, failure) = state.withLock { state -> (SourceYield?, StageFailure?) in
            guard !state.yields.isEmpty else { return (nil, state.failure) }
            let yield = state.yields.removeFirst()
            state.bytes -= yield.byteCount
            return (yield, nil)
        }
        if let failure { throw failure }
        if yield != nil { room.ring() }
        return yield
    }

    /// An epoch that ends there has committed.
    func committed(_ position: String) { reader.committed(position) }

    /// Ends it soon; waits for nothing.
    func close() {
        state.withLock { $0.isClosed = true }
        room.ring()
    }

    private func read() {
        defer { reader.close() }
        while true {
            let (isClosed, isFull) = state.withLock { ($0.isClosed, $0.bytes >= SourceFeed.depth) }
            if isClosed { return }
            if isFull {
                room.sleep(100_000)
                continue
            }
            do throws(StageFailure) {
                guard let yield = try reader.next() else { continue }
                state.withLock { state in
                    state.yields.append(yield)
                    state.bytes += yield.byteCount
                }
            } catch {
                state.withLock { $0.failure = error }
                return wake()
            }
            wake()
        }
    }
}
