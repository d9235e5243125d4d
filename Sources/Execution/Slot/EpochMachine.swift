internal import StreamCore

/// When a slot ends an epoch: decides, touches nothing.
///
/// ```
/// filling ──due──▶ committing ──ended──▶ filling
/// ```
/// While one epoch commits the next one fills; a second one is never in flight.
struct EpochMachine {
    /// How much may gather before an epoch ends.
    struct Limits: Hashable, Sendable {
        /// How long a busy slot lets an epoch fill.
        var every: EventTime.Span
        /// How many bytes of output end it.
        var bytes: Int
        /// How many changed keys end it.
        var changes: Int
    }

    /// What the epoch being filled holds.
    struct Work: Hashable {
        var isEmpty = true
        var bytes = 0
        var changes = 0
    }

    enum Action: Equatable {
        /// Go on reading.
        case fill
        /// End the epoch now.
        case freeze
        /// Read no more until the one in flight has committed.
        case hold
    }

    private enum State {
        case filling
        case committing
    }

    let limits: Limits
    private var state = State.filling
    private var began: EventTime?

    init(limits: Limits) { self.limits = limits }

    /// What to do now. `isIdle`: there is nothing to read at this moment.
    mutating func next(_ work: Work, isIdle: Bool, at now: EventTime) -> Action {
        if work.isEmpty {
            began = nil
            return .fill
        }
        let start = began ?? now
        began = start
        let isFull = work.bytes >= limits.bytes || work.changes >= limits.changes
        switch state {
        case .committing: return isFull ? .hold : .fill
        case .filling: return isFull || isIdle || now.since(start) >= limits.every ? .freeze : .fill
        }
    }

    /// The epoch was frozen and is on its way.
    mutating func froze() {
        state = .committing
        began = nil
    }

    /// The epoch in flight has committed or failed.
    mutating func commitEnded() { state = .filling }

    /// When an epoch that is being filled ends at the latest, if nothing more happens.
    var deadline: EventTime { began.map { $0.advanced(by: limits.every) } ?? .distantFuture }

    /// Whether an epoch is on its way.
    var isCommitting: Bool { state == .committing }
}
