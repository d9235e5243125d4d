public import StreamCore

/// How simulated time follows the wall's: so many simulated seconds in each second since the runner began.
public struct Pacing: Hashable, Sendable {
    /// The simulated instant at which the runner began.
    public let start: EventTime
    /// Simulated seconds in a second; more than 0.
    public let speedup: Double

    /// A pace; `nil` for a speed-up that is not a positive number.
    public init?(start: EventTime, speedup: Double) {
        guard speedup > 0, speedup.isFinite else { return nil }
        self.start = start
        self.speedup = speedup
    }

    /// The instant to advance to when the runner has run that long.
    public func instant(after elapsed: Duration) -> EventTime {
        let simulated = Double(EventTime.Span(elapsed).microseconds) * speedup
        guard simulated < 9e18 else { return .distantFuture }
        return start.advanced(by: EventTime.Span(microseconds: Int64(max(0, simulated))))
    }

    /// How long after it began the runner reaches that instant; zero for one before its start.
    public func elapsed(at instant: EventTime) -> Duration {
        let simulated = Double(max(0, instant.since(start).microseconds)) / speedup
        return .microseconds(Int64(min(simulated.rounded(.up), 9e18)))
    }
}
