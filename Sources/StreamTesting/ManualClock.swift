public import StreamCore
internal import Synchronization

/// A clock on the wall that stands still until it is moved.
public final class ManualClock: Sendable {
    private let instant: Mutex<EventTime>

    /// A clock that shows that instant.
    public init(at start: EventTime) { instant = Mutex(start) }

    /// What it shows.
    public var now: EventTime { instant.withLock { $0 } }

    /// Moves it on.
    public func advance(by span: Duration) { instant.withLock { $0 = $0.advanced(by: EventTime.Span(span)) } }
}
