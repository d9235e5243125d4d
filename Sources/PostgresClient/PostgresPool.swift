internal import Dispatch
public import StreamCore
internal import Synchronization

/// Sessions with one server, at most so many, lent to one caller at a time: for threads that may block.
///
/// A caller waits for a free session as long as `patience` allows. While the server does not answer, callers are refused at once, but for one
/// a second who tries.
public final class PostgresPool: Sendable {
    /// What a pool is doing, for health.
    public struct Condition: Hashable, Sendable {
        /// How many sessions it may have.
        public let limit: Int
        /// How many it has.
        public let open: Int
        /// How many of them are lent.
        public let lent: Int
        /// How many callers wait for one.
        public let waiting: Int
        /// Why the last caller could not be served; `nil` where it was.
        public let failure: PostgresFailure?
    }

    private struct State {
        var idle: [Lendable] = []
        var lent = 0
        var waiting = 0
        var breaker: CircuitBreaker
        var failure: PostgresFailure?
        var isClosed = false
    }

    /// A session on its way between callers.
    // SAFETY: whoever took it out of the pool's list has it alone until it is put back.
    private final class Lendable: @unchecked Sendable {
        let session: PostgresSession
        init(_ session: PostgresSession) { self.session = session }
    }

    private let settings: PostgresSettings
    private let limit: Int
    private let patience: Duration
    private let clock: @Sendable () -> EventTime
    private let state: Mutex<State>
    private let free: DispatchSemaphore

    /// A pool of at most `limit` sessions; none is opened before it is needed.
    public init(
        _ settings: PostgresSettings, limit: Int, patience: Duration = .seconds(5), breaker: CircuitBreaker = CircuitBreaker(),
        clock: @escaping @Sendable () -> EventTime
    ) {
        self.settings = settings
        self.limit = max(1, limit)
        self.patience = patience
        self.clock = clock
        state = Mutex(State(breaker: breaker))
        free = DispatchSemaphore(value: max(1, limit))
    }

    /// What it is doing now.
    public var condition: Condition {
        state.withLock { state in
            Condition(
                limit: limit, open: state.idle.count + state.lent, lent: state.lent, waiting: state.waiting, failure: state.failure)
        }
    }

    /// Lends a session to `body`. Blocks. A session that broke in its hands is not lent again.
    public func with<Result>(_ body: (PostgresSession) throws(PostgresFailure) -> Result) throws(PostgresFailure) -> Result {
        try enter()
        defer { free.signal() }
        let lendable = try take()
        do throws(PostgresFailure) {
            let result = try body(lendable.session)
            putBack(lendable, nil)
            return result
        } catch {
            putBack(lendable, error)
            throw error
        }
    }

    /// Closes the sessions that are not lent, and the others when they come back.
    public func close() {
        state.withLock { state in
            state.isClosed = true
            state.idle = []
        }
    }

    private func enter() throws(PostgresFailure) {
        state.withLock { $0.waiting += 1 }
        let (seconds, attoseconds) = patience.components
        let wait = DispatchTimeInterval.nanoseconds(Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000))
        let isFree = free.wait(timeout: .now() + wait) == .success
        state.withLock { $0.waiting -= 1 }
        if !isFree { throw PostgresFailure(.timedOut, "waiting for one of \(limit) sessions: all are busy") }
    }

    private func take() throws(PostgresFailure) -> Lendable {
        let now = clock()
        let (idle, refusal) = state.withLock { state -> (Lendable?, PostgresFailure?) in
            if state.isClosed { return (nil, PostgresFailure(.unavailable, "the pool is closed")) }
            guard state.breaker.mayTry(at: now) else {
                return (nil, state.failure ?? PostgresFailure(.unavailable, "the server did not answer a moment ago"))
            }
            state.lent += 1
            return (state.idle.popLast(), nil)
        }
        if let refusal { throw refusal }
        if let idle { return idle }
        do throws(PostgresFailure) {
            return Lendable(try PostgresSession(settings))
        } catch {
            state.withLock { state in
                state.lent -= 1
                state.failure = error
                state.breaker.failed(at: now)
            }
            throw error
        }
    }

    private func putBack(_ lendable: Lendable, _ failure: PostgresFailure?) {
        let now = clock()
        state.withLock { state in
            state.lent -= 1
            if lendable.session.isUsable {
                state.breaker.answered()
                state.failure = nil
                if !state.isClosed { state.idle.append(lendable) }
            } else {
                state.failure = failure
                state.breaker.failed(at: now)
                // They were of the same server: each would have to find out for itself that it is gone.
                state.idle = []
            }
        }
    }
}
