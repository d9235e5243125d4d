internal import StreamCore

/// The last days, whole ones of UTC and the current one, and how often what is new in them is told.
struct RollingWindow: Hashable, Sendable {
    let days: Int
    let every: EventTime.Span

    static let day = EventTime.Span(microseconds: 86_400_000_000)

    /// When the window that ends at `instant` begins.
    func start(at instant: EventTime) -> EventTime {
        instant.floored(to: RollingWindow.day).advanced(by: .init(microseconds: RollingWindow.day.microseconds * Int64(1 - days)))
    }

    /// When what becomes known at `instant` is told.
    func telling(after instant: EventTime) -> EventTime { instant.floored(to: every).advanced(by: every) }

    /// When the window moves next.
    func move(after instant: EventTime) -> EventTime { instant.floored(to: RollingWindow.day).advanced(by: RollingWindow.day) }
}

extension EventTime {
    /// The last instant, not after this one, that is a whole number of spans after 1970.
    func floored(to span: Span) -> EventTime {
        let rest = microseconds % span.microseconds
        return EventTime(microseconds: microseconds - (rest < 0 ? rest + span.microseconds : rest))
    }
}
