public import StreamCore

/// Whether it is worth asking a server that has not answered lately: decides, touches nothing.
/// ```
/// closed ──fails so often in a row──▶ open ──pause over──▶ half open ──succeeds──▶ closed
///                                      ▲────────fails────────┘
/// ```
public struct CircuitBreaker: Sendable {
    private enum State: Sendable {
        case closed(failures: Int)
        case open(until: EventTime)
        /// One caller tries; the others are refused until it has been heard of, or has been away for a pause.
        case halfOpen(until: EventTime)
    }

    private let limit: Int
    private let pause: EventTime.Span
    private var state = State.closed(failures: 0)

    /// One that opens after `limit` failures in a row, for `pause`.
    public init(after limit: Int = 3, for pause: EventTime.Span = EventTime.Span(microseconds: 1_000_000)) {
        self.limit = limit
        self.pause = pause
    }

    /// Whether callers are refused without asking.
    public func isOpen(at now: EventTime) -> Bool {
        switch state {
        case .closed: false
        case .open(let until), .halfOpen(let until): now < until
        }
    }

    /// Whether a caller may try. Asked once a try.
    public mutating func mayTry(at now: EventTime) -> Bool {
        if isOpen(at: now) { return false }
        if case .closed = state { return true }
        state = .halfOpen(until: now.advanced(by: pause))
        return true
    }

    /// A try was answered, be it with a refusal.
    public mutating func answered() { state = .closed(failures: 0) }

    /// A try was not answered.
    public mutating func failed(at now: EventTime) {
        switch state {
        case .closed(let failures) where failures + 1 < limit: state = .closed(failures: failures + 1)
        default: state = .open(until: now.advanced(by: pause))
        }
    }
}
