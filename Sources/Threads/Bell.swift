internal import Dispatch
internal import Synchronization

/// What a thread sleeps on until others have something for it. Rings that come while nobody sleeps count as one.
public final class Bell: Sendable {
    private let isRung = Atomic<Bool>(false)
    private let signal = DispatchSemaphore(value: 0)

    /// A bell that has not rung.
    public init() {}

    /// Wakes the sleeper, now or when it next goes to sleep. From any thread; never waits.
    public func ring() {
        if !isRung.exchange(true, ordering: .acquiringAndReleasing) { signal.signal() }
    }

    /// Sleeps until the bell rings, `microseconds` at the most. For one thread.
    public func sleep(_ microseconds: Int) {
        if signal.wait(timeout: .now() + .microseconds(microseconds)) == .success { isRung.store(false, ordering: .releasing) }
    }
}
