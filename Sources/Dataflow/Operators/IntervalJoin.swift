internal import KeyedState
internal import StreamCore

/// An element kept until no partner can come any more.
struct Waiting<Element: Storable>: Storable {
    static var storedVersion: UInt8 { Element.storedVersion }
    static var oldestVersion: UInt8 { Element.oldestVersion }
    let time: EventTime
    let element: Element

    init(_ element: Element, at time: EventTime) {
        self.time = time
        self.element = element
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        time = EventTime(microseconds: try reader.word())
        element = try Element(from: &reader, version: version)
    }

    func store(into writer: inout ByteWriter) {
        writer.word(time.microseconds)
        element.store(into: &writer)
    }

    var json: JSON { .object(["time": time.json, "element": element.json]) }
}

/// Pairs the events of two streams whose times lie within an interval: right ∈ [left − before, left + after]. Each side waits in state
/// until the watermark has passed the last instant at which a partner could come.
struct IntervalJoin<Key: StateKey, Left: Storable, Right: Storable, Result: Sendable>: TwoInputOperator {
    let leftKey: @Sendable (Left) -> Key
    let rightKey: @Sendable (Right) -> Key
    let before: EventTime.Span
    let after: EventTime.Span
    let lefts: ListState<Key, Waiting<Left>>
    let rights: ListState<Key, Waiting<Right>>
    let timers: TimerState<Key>
    let combine: @Sendable (Left, Right) -> Result?
    let scope: StateScope

    mutating func processLeft(_ batch: [Event<Left>], into out: inout Output<Result>) throws(StageFailure) {
        scope.watermark = out.moment.watermark
        for event in batch where !event.origin.isReplayed {
            out.source = event.origin
            scope.eventTime = event.time
            let key = leftKey(event.element)
            for right in try rights.elements(for: key) where pairs(event.time, right.time) {
                if let result = combine(event.element, right.element) { out.emit(result, at: max(event.time, right.time)) }
            }
            let last = event.time.advanced(by: after)
            if last > out.moment.watermark {
                try lefts.append(Waiting(event.element, at: event.time), for: key)
                timers.set(Timer(key, at: last))
            }
        }
    }

    mutating func processRight(_ batch: [Event<Right>], into out: inout Output<Result>) throws(StageFailure) {
        scope.watermark = out.moment.watermark
        for event in batch where !event.origin.isReplayed {
            out.source = event.origin
            scope.eventTime = event.time
            let key = rightKey(event.element)
            for left in try lefts.elements(for: key) where pairs(left.time, event.time) {
                if let result = combine(left.element, event.element) { out.emit(result, at: max(event.time, left.time)) }
            }
            let last = event.time.advanced(by: before)
            if last > out.moment.watermark {
                try rights.append(Waiting(event.element, at: event.time), for: key)
                timers.set(Timer(key, at: last))
            }
        }
    }

    private func pairs(_ left: EventTime, _ right: EventTime) -> Bool {
        right >= left.advanced(by: -before) && right <= left.advanced(by: after)
    }

    mutating func advance(into out: inout Output<Result>) throws(StageFailure) {
        while let due = try timers.takeDue(.eventTime, at: out.moment.watermark) {
            scope.eventTime = max(scope.eventTime, due.time)
            try lefts.update(due.key) { list throws(StageFailure) in list.removeAll { $0.time.advanced(by: after) <= due.time } }
            try rights.update(due.key) { list throws(StageFailure) in list.removeAll { $0.time.advanced(by: before) <= due.time } }
        }
    }

    var nextWake: EventTime { .distantFuture }
    var awaited: EventTime { timers.nextDue(.eventTime) }
}
