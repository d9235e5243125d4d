internal import Dispatch
internal import Foundation
internal import Synchronization

/// The threads that write long answers: so many at most, and all ended before the log closes.
final class StreamThreads: Sendable {
    private let running = Atomic<Int>(0)
    private let group = DispatchGroup()
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// Runs `work` on a thread of its own; `false`, without running it, where there are too many already.
    func run(_ work: @escaping @Sendable () -> Void) -> Bool {
        guard running.add(1, ordering: .acquiringAndReleasing).newValue <= limit else {
            running.subtract(1, ordering: .releasing)
            return false
        }
        group.enter()
        let thread = Thread { [self] in
            work()
            running.subtract(1, ordering: .releasing)
            group.leave()
        }
        thread.name = "stream"
        thread.start()
        return true
    }

    /// Returns when every thread has ended.
    func wait() { group.wait() }
}
