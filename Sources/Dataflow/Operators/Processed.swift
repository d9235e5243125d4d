public import KeyedState
public import StreamCore

/// A job's own logic by key: what happens with each element and each timer. A value inside one task; its state lives in `StateScope`.
public protocol KeyedProcess: SendableMetatype {
    associatedtype Key: StateKey
    associatedtype Element: Sendable
    associatedtype Result: Sendable

    /// Takes one element of a key. Late ones come too (`out.origin.isLate`): a process judges for itself.
    mutating func process(
        _ element: Element, of key: Key, at time: EventTime, into out: inout Output<Result>
    ) throws(StageFailure)

    /// Takes a timer that is due, its key's state as the events before it left it.
    mutating func timerFired(_ timer: Timer<Key>, into out: inout Output<Result>) throws(StageFailure)

    /// Its timers, where it declared any.
    var timers: TimerState<Key>? { get }
}

extension KeyedProcess {
    public mutating func timerFired(_ timer: Timer<Key>, into out: inout Output<Result>) throws(StageFailure) {}
    public var timers: TimerState<Key>? { nil }
}

/// Runs a keyed process over batches.
struct Processed<Process: KeyedProcess>: Operator {
    let key: @Sendable (Process.Element) -> Process.Key
    var process: Process
    let scope: StateScope

    mutating func process(_ batch: [Event<Process.Element>], into out: inout Output<Process.Result>) throws(StageFailure) {
        let timers = process.timers
        scope.watermark = out.moment.watermark
        for event in batch where !event.origin.isReplayed {
            if let timers, event.origin.isInOrder, timers.nextDue(.eventTime) <= event.time {
                try fire(timers, .eventTime, upTo: event.time, into: &out)
            }
            scope.eventTime = event.time
            out.origin = event.origin
            try process.process(event.element, of: key(event.element), at: event.time, into: &out)
        }
    }

    mutating func advance(into out: inout Output<Process.Result>) throws(StageFailure) {
        scope.watermark = out.moment.watermark
        guard let timers = process.timers else { return }
        try fire(timers, .eventTime, upTo: out.moment.watermark, into: &out)
        try fire(timers, .processingTime, upTo: out.moment.now, into: &out)
    }

    private mutating func fire(
        _ timers: TimerState<Process.Key>, _ clock: TimerClock, upTo limit: EventTime, into out: inout Output<Process.Result>
    ) throws(StageFailure) {
        while timers.nextDue(clock) <= limit, let due = try timers.takeDue(clock, at: limit) {
            scope.eventTime = max(scope.eventTime, clock == .eventTime ? due.time : scope.eventTime)
            out.origin = .none
            try process.timerFired(due, into: &out)
        }
    }

    var awaited: EventTime { process.timers?.nextDue(.eventTime) ?? .distantFuture }
    var nextWake: EventTime { process.timers?.nextDue(.processingTime) ?? .distantFuture }
}
