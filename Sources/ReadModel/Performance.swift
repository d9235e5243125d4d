public import StreamCore

/// How somebody did within a time.
public struct PerformanceQuery: Hashable, Sendable {
    /// Whose figures.
    public enum Subject: Hashable, Sendable {
        /// A carrier's, by its id: its loads, and violations of its drivers.
        case carrier(String)
        /// A driver's, by their id.
        case driver(String)
    }

    /// Whose.
    public var subject: Subject
    /// The first instant, included.
    public var from: EventTime
    /// The last instant, left out.
    public var until: EventTime

    /// A query of those parts.
    public init(_ subject: Subject, from: EventTime, until: EventTime) {
        self.subject = subject
        self.from = from
        self.until = until
    }
}

/// What was delivered and what was violated within a time.
public struct PerformanceFigures: Hashable, Sendable {
    /// Loads delivered in it.
    public var delivered = 0
    /// Those of them that were there by their `delivery_datetime`.
    public var onTime = 0
    /// Hours-of-service violations that began in it and were not retracted.
    public var violations = 0

    /// No figures.
    public init() {}

    /// The share that was on time; `nil` where nothing was delivered.
    public var onTimeRate: Double? { delivered == 0 ? nil : Double(onTime) / Double(delivered) }
}
