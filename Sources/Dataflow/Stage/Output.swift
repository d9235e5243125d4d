public import StreamCore

/// What an operator emits during one step, and the clocks it may ask. It belongs to that step; keep nothing of it.
public struct Output<Element: Sendable> {
    @usableFromInline var events: [Event<Element>] = []
    /// The record whose doing an emission is; operators that go record by record set it.
    @inlinable public var origin: Origin { source }
    @usableFromInline var source = Origin.none
    /// The clocks at this step.
    public internal(set) var moment = Moment(watermark: .distantPast, now: .distantPast)

    /// Sends an element on; by default it happened when `time` says and comes from the record being processed.
    @inlinable public mutating func emit(_ element: Element, at time: EventTime) {
        events.append(Event(element, at: time, from: source))
    }

    /// Sends an event on as it is.
    @inlinable public mutating func emit(_ event: Event<Element>) { events.append(event) }
}
