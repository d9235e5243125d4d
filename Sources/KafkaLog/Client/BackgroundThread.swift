internal import Foundation
internal import Synchronization

/// A thread of the log's own that runs `body` over and over until it is stopped.
final class BackgroundThread: Sendable {
    private let isStopping = Flag()
    private let ended = DispatchSemaphore(value: 0)
    private let identity = Atomic<UInt>(0)

    /// Starts it. `body` waits for what it has to do, a short while at most, so that a stop is noticed.
    init(_ name: String, _ body: @escaping @Sendable () -> Void) {
        let thread = Thread { [self] in
            identity.store(pthread_self(), ordering: .releasing)
            while !isStopping.isSet { body() }
            ended.signal()
        }
        thread.name = name
        thread.stackSize = 1 << 20
        thread.start()
    }

    /// Has it end after the turn it is in, and waits for that, unless it is the thread itself that asks.
    func stop() {
        guard isStopping.set(), identity.load(ordering: .acquiring) != pthread_self() else { return }
        ended.wait()
    }
}
