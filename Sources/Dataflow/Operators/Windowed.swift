internal import KeyedState
public import StreamCore

/// How a stream is cut into windows of event time.
public enum Windows: Hashable, Sendable {
    /// One after another, aligned to the epoch of time: each event is in one.
    case tumbling(Duration)
    /// Of one size, beginning at every step: each event is in size ÷ step of them.
    case sliding(Duration, every: Duration)
    /// As long as a key's events follow each other within the gap.
    case session(gap: Duration)
}

/// A window's span: its start belongs to it, its end does not.
public struct Window: Hashable, Sendable {
    /// The first instant in it.
    public let start: EventTime
    /// The first instant after it.
    public let end: EventTime
}

/// Folds a window's elements into one result.
public protocol Aggregate: Sendable {
    associatedtype Key: StateKey
    associatedtype Element: Sendable
    associatedtype Accumulator: Storable
    associatedtype Result: Sendable
    /// The accumulator of no element.
    func empty() -> Accumulator
    /// Takes an element in.
    func add(_ element: Element, to accumulator: inout Accumulator)
    /// Joins two accumulators; only session windows ask.
    func merge(_ a: Accumulator, _ b: Accumulator) -> Accumulator
    /// What leaves when the window has closed.
    func result(_ accumulator: Accumulator, of key: Key, in window: Window) -> Result
}

/// A window that has not closed, in state.
struct OpenWindow<Accumulator: Storable>: Storable {
    static var storedVersion: UInt8 { Accumulator.storedVersion }
    static var oldestVersion: UInt8 { Accumulator.oldestVersion }
    var start: EventTime
    var end: EventTime
    var accumulator: Accumulator

    init(start: EventTime, end: EventTime, accumulator: Accumulator) {
        self.start = start
        self.end = end
        self.accumulator = accumulator
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        start = EventTime(microseconds: try reader.word())
        end = EventTime(microseconds: try reader.word())
        accumulator = try Accumulator(from: &reader, version: version)
    }

    func store(into writer: inout ByteWriter) {
        writer.word(start.microseconds)
        writer.word(end.microseconds)
        accumulator.store(into: &writer)
    }

    var json: JSON { .object(["start": start.json, "end": end.json, "accumulator": accumulator.json]) }
}

/// Keeps each key's open windows, and lets them go when the watermark has passed their end.
struct WindowProcess<Fold: Aggregate>: KeyedProcess {
    typealias Open = OpenWindow<Fold.Accumulator>
    let windows: Windows
    let fold: Fold
    let open: ListState<Fold.Key, Open>
    let timers: TimerState<Fold.Key>?
    let late: LateSink<Fold.Element>

    mutating func process(
        _ element: Fold.Element, of key: Fold.Key, at time: EventTime, into out: inout Output<Fold.Result>
    ) throws(StageFailure) {
        let watermark = out.moment.watermark
        let all = windows.spans(around: time)
        let spans = all.filter { $0.end.justBefore > watermark }
        guard !spans.isEmpty else {
            // Between windows that leave gaps it belongs to none, and is not late.
            if !all.isEmpty { late.take(element, at: time) }
            return
        }
        try open.update(key) { list throws(StageFailure) in
            for span in spans { take(element, key, span, in: &list) }
        }
    }

    private func take(_ element: Fold.Element, _ key: Fold.Key, _ span: Window, in list: inout [Open]) {
        var window = Open(start: span.start, end: span.end, accumulator: fold.empty())
        if case .session = windows {
            for met in list where met.start <= window.end && window.start <= met.end {
                window.start = min(window.start, met.start)
                window.end = max(window.end, met.end)
                window.accumulator = fold.merge(met.accumulator, window.accumulator)
                timers?.cancel(Timer(key, at: met.end.justBefore))
            }
            list.removeAll { $0.start <= window.end && window.start <= $0.end }
            fold.add(element, to: &window.accumulator)
            list.append(window)
        } else if let index = list.firstIndex(where: { $0.start == span.start }) {
            return fold.add(element, to: &list[index].accumulator)
        } else {
            fold.add(element, to: &window.accumulator)
            list.append(window)
        }
        timers?.set(Timer(key, at: window.end.justBefore))
    }

    mutating func timerFired(_ timer: Timer<Fold.Key>, into out: inout Output<Fold.Result>) throws(StageFailure) {
        let closed = try open.update(timer.key) { list throws(StageFailure) in
            let closed = list.filter { $0.end.justBefore <= timer.time }
            list.removeAll { $0.end.justBefore <= timer.time }
            return closed
        }
        for window in closed.sorted(by: { ($0.end, $0.start) < ($1.end, $1.start) }) {
            let span = Window(start: window.start, end: window.end)
            out.emit(fold.result(window.accumulator, of: timer.key, in: span), at: window.end.justBefore)
        }
    }
}

extension Windows {
    /// The windows that an event at `time` opens or joins.
    func spans(around time: EventTime) -> [Window] {
        guard EventTime.reckonable.contains(time) else { return [] }
        switch self {
        case .tumbling(let size): return aligned(time, size: size, every: size)
        case .sliding(let size, let every): return aligned(time, size: size, every: every)
        case .session(let gap): return [Window(start: time, end: time.advanced(by: .init(gap)))]
        }
    }

    private func aligned(_ time: EventTime, size: Duration, every: Duration) -> [Window] {
        let (size, step) = (EventTime.Span(size).microseconds, max(1, EventTime.Span(every).microseconds))
        let rest = time.microseconds % step
        var start = time.microseconds - (rest < 0 ? rest + step : rest)
        var spans: [Window] = []
        while start + size > time.microseconds {
            spans.append(Window(start: EventTime(microseconds: start), end: EventTime(microseconds: start + size)))
            start -= step
        }
        return spans.reversed()
    }
}
