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

    /// Told, once its timers have fired, that a bounded input has come to its end at `end` (`distantFuture` where nobody said when): what
    /// it owes then leaves now. Never called where input goes on, so nothing that matters there may wait for it.
    mutating func inputEnded(at end: EventTime, into out: inout Output<Result>) throws(StageFailure)

    /// Its timers, where it declared any.
    var timers: TimerState<Key>? { get }
}

extension KeyedProcess {
    public mutating func timerFired(_ timer: Timer<Key>, into out: inout Output<Result>) throws(StageFailure) {}
    public mutating func inputEnded(at end: EventTime, into out: inout Output<Result>) throws(StageFailure) {}
    public var timers: TimerState<Key>? { nil }
}

/// Runs a keyed process over batches.
@usableFromInline struct Processed<Process: KeyedProcess>: Operator {
    @usableFromInline let key: @Sendable (Process.Element) -> Process.Key
    @usableFromInline var process: Process
    @usableFromInline let scope: StateScope
    /// How far event time had come at the last step: what had expired by then is gone.
    @usableFromInline var passed = EventTime.distantPast

    @inlinable init(key: @escaping @Sendable (Process.Element) -> Process.Key, process: Process, scope: StateScope) {
        self.key = key
        self.process = process
        self.scope = scope
    }

    @inlinable mutating func process(_ batch: [Event<Process.Element>], into out: inout Output<Process.Result>) throws(StageFailure) {
        let timers = process.timers
        scope.watermark = out.moment.watermark
        for event in batch where !event.origin.isReplayed {
            if let timers, event.origin.isInOrder, timers.nextDue(.eventTime) < event.time {
                // As with any watermark, a timer comes after the records of its own instant.
                try fire(timers, .eventTime, upTo: event.time.justBefore, into: &out)
            }
            // In order, expiry goes by the record's own time, so that it does not depend on how many records one watermark lets go.
            if event.origin.isInOrder { scope.watermark = max(scope.watermark, event.time) }
            scope.eventTime = event.time
            out.source = event.origin
            try process.process(event.element, of: key(event.element), at: event.time, into: &out)
        }
        passed = scope.watermark
    }

    @inlinable mutating func advance(into out: inout Output<Process.Result>) throws(StageFailure) {
        defer { passed = scope.watermark }
        if let timers = process.timers {
            scope.watermark = passed
            try fire(timers, .eventTime, upTo: out.moment.watermark, into: &out)
        }
        scope.watermark = out.moment.watermark
        if let timers = process.timers { try fire(timers, .processingTime, upTo: out.moment.now, into: &out) }
        if let end = out.moment.end { try process.inputEnded(at: end, into: &out) }
    }

    @inlinable mutating func fire(
        _ timers: TimerState<Process.Key>, _ clock: TimerClock, upTo limit: EventTime, into out: inout Output<Process.Result>
    ) throws(StageFailure) {
        while timers.nextDue(clock) <= limit, let due = try timers.takeDue(clock, at: limit) {
            if clock == .eventTime {
                scope.eventTime = max(scope.eventTime, due.time)
                scope.watermark = max(scope.watermark, due.time)
            }
            out.source = .none
            try process.timerFired(due, into: &out)
        }
    }

    @inlinable var awaited: EventTime { process.timers?.nextDue(.eventTime) ?? .distantFuture }
    @inlinable var nextWake: EventTime { process.timers?.nextDue(.processingTime) ?? .distantFuture }
}
