public import KeyedState
public import StreamCore

/// Holds each key's elements until the watermark has passed them, and hands them out in the order of their time: what a process uses
/// that judges in order and yet wants late elements.
///
/// Unlike the buffer of an ordering step it is state, because a late element still counts where its key has had nothing newer: a box that was
/// out of coverage sends what it measured all at once. Late elements of a key wait a moment for each other.
public struct EventTimeQueue<Key: StateKey, Element: Storable> {
    private let scope: StateScope
    private let waiting: ListState<Due, Waiting>
    /// Until when a key's late elements gather.
    private let gathering: ValueState<Key, EventTime>
    private let timers: TimerState<Key>
    private let company: EventTime.Span

    /// A queue in `scope`, under the names `waiting` and `gathering`, that sets `timers` for what is due. `company` is for how long after its
    /// arrival a late element waits for others like it.
    public init(in scope: StateScope, waking timers: TimerState<Key>, company: EventTime.Span = .init(.seconds(2))) {
        self.scope = scope
        self.timers = timers
        self.company = company
        waiting = scope.list("waiting")
        gathering = scope.value("gathering")
    }

    /// Takes an element of a key that happened at `time`.
    public func take(_ element: Element, of key: Key, at time: EventTime) throws(StageFailure) {
        var instant = time
        if time <= scope.watermark {
            instant = try gathering.value(for: key) ?? scope.watermark.advanced(by: company)
            try gathering.set(instant, for: key)
        }
        try waiting.append(Waiting(time: time, element: element), for: Due(key: key, time: instant))
        timers.set(Timer(key, at: instant))
    }

    /// What is due with a timer, in the order of its time; equal times by `rank`, then as they came. `nil` while it waits for older elements
    /// that came late: they come with it, at a later timer.
    public func elements(
        dueAt timer: Timer<Key>, rankedBy rank: (Element) -> Int
    ) throws(StageFailure) -> [(element: Element, time: EventTime)]? {
        let due = Due(key: timer.key, time: timer.time)
        let ready = try waiting.elements(for: due)
        if !ready.isEmpty { try waiting.removeAll(for: due) }
        if let gathered = try gathering.value(for: timer.key) {
            if timer.time < gathered {
                for next in ready { try waiting.append(next, for: Due(key: timer.key, time: gathered)) }
                return nil
            }
            try gathering.set(nil, for: timer.key)
        }
        let order = ready.enumerated().sorted {
            ($0.element.time, rank($0.element.element), $0.offset) < ($1.element.time, rank($1.element.element), $1.offset)
        }
        return order.map { ($0.element.element, $0.element.time) }
    }

    /// A key and the instant at which some of its elements are due: a row each, since a stalled watermark lets many wait.
    struct Due: StateKey {
        let key: Key
        let time: EventTime

        init(key: Key, time: EventTime) {
            self.key = key
            self.time = time
        }

        init(keyFrom reader: inout ByteReader) throws(DecodeFailure) {
            time = EventTime(microseconds: Int64(bitPattern: try reader.ordered(UInt64.self) ^ (1 << 63)))
            key = try Key(keyFrom: &reader)
        }

        func encodeKey(into writer: inout ByteWriter) {
            writer.ordered(UInt64(bitPattern: time.microseconds) ^ (1 << 63))
            key.encodeKey(into: &writer)
        }

        var keyText: String { "\(time.rfc3339) \(key.keyText)" }

        init?(keyText: String) {
            let parts = keyText.split(separator: " ", maxSplits: 1).map(String.init)
            guard parts.count == 2, let time = EventTime(rfc3339: parts[0]), let key = Key(keyText: parts[1]) else { return nil }
            self.init(key: key, time: time)
        }
    }

    struct Waiting: Storable {
        let time: EventTime
        let element: Element

        init(time: EventTime, element: Element) {
            self.time = time
            self.element = element
        }

        init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
            time = try EventTime(from: &reader, version: version)
            element = try Element(from: &reader, version: version)
        }

        func store(into writer: inout ByteWriter) {
            time.store(into: &writer)
            element.store(into: &writer)
        }

        var json: JSON { element.json }
    }
}
