internal import Dispatch
internal import Foundation
internal import StreamCore
internal import Synchronization

/// One OS thread that runs a slot: its loop, and everything addressed to the actors that live on it.
// SAFETY: all mutable state is behind `state`; `thread` is written once, before the thread it names runs anything else; `hasWaited` is
// touched on that thread alone.
final class SlotExecutor: SerialExecutor, TaskExecutor, @unchecked Sendable {
    /// When the loop wants its next turn.
    enum Next {
        case now
        case at(EventTime)
    }

    private struct State {
        var jobs: [UnownedJob] = []
        var mail: [@Sendable () -> Void] = []
        var isSignalled = false
        var hasNews = false
        var isStopping = false
    }

    private let state = Mutex(State())
    private let signal = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)
    private let thread = Atomic<UInt>(0)
    private let name: String
    /// Whether the signal that goes with the flag was taken by waiting.
    private var hasWaited = false

    init(name: String) { self.name = name }

    /// Starts the thread. `turn` is called over and over on it, with nothing else running, and told whether anything but a knock has come
    /// since the last; `clock` says how long to park.
    func start(clock: @escaping @Sendable () -> EventTime, turn: @escaping @Sendable (_ hasNews: Bool) -> Next) {
        let body = Thread { [self] in
            thread.store(UInt(pthread_self()), ordering: .releasing)
            while step(clock, turn) {}
            ended.signal()
        }
        body.name = name
        body.stackSize = 4 << 20
        body.start()
    }

    private func step(_ clock: () -> EventTime, _ turn: (Bool) -> Next) -> Bool {
        let (mail, hasNews, isStopping, isSignalled) = state.withLock { state in
            defer {
                state.mail.removeAll(keepingCapacity: true)
                (state.isSignalled, state.hasNews) = (false, false)
            }
            return (state.mail, state.hasNews, state.isStopping, state.isSignalled)
        }
        // Each flag comes with one signal. Those not taken would pile up while the slot is busy, and be so many empty turns later.
        if isSignalled, !hasWaited { signal.wait() }
        hasWaited = false
        for deliver in mail { deliver() }
        // Taken after the mail: who waited for an epoch to end gets its turn before the next one is frozen.
        let jobs = state.withLock { state in
            defer { state.jobs.removeAll(keepingCapacity: true) }
            return state.jobs
        }
        for job in jobs { unsafe job.runSynchronously(on: asUnownedSerialExecutor()) }
        if isStopping, mail.isEmpty, jobs.isEmpty { return false }
        switch turn(hasNews || !jobs.isEmpty) {
        case .now: break
        case .at(let time):
            if state.withLock({ $0.isSignalled || $0.isStopping }) { break }
            let wait = time.since(clock()).microseconds
            if wait > 3_600_000_000 {
                signal.wait()
                hasWaited = true
            } else if wait > 0 {
                hasWaited = signal.wait(timeout: .now() + .microseconds(Int(wait))) == .success
            }
        }
        return true
    }

    /// Runs `work` on the thread, before its next turn.
    func post(_ work: @escaping @Sendable () -> Void) {
        wake { state in
            state.mail.append(work)
            state.hasNews = true
        }
    }

    /// The same for work that knows which tasks it concerns, and sees to it that they have their turn.
    func postQuietly(_ work: @escaping @Sendable () -> Void) { wake { $0.mail.append(work) } }

    /// Gives the loop, and everybody on it, another turn soon.
    func wake() { wake { $0.hasNews = true } }

    /// Gives the loop another turn soon, for somebody who will know that it is for them.
    func knock() { wake { _ in } }

    /// Ends the thread when everything posted has run, and waits for that. Not from the thread itself.
    func stop() {
        wake { $0.isStopping = true }
        ended.wait()
        // Whoever asks again finds it ended.
        ended.signal()
    }

    private func wake(_ change: (inout State) -> Void) {
        let isNew = state.withLock { state in
            change(&state)
            defer { state.isSignalled = true }
            return !state.isSignalled
        }
        if isNew { signal.signal() }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        wake { $0.jobs.append(job) }
    }

    func checkIsolated() {
        precondition(UInt(pthread_self()) == thread.load(ordering: .acquiring), "not on the slot's thread")
    }
}
