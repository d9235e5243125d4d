/// An instant on the events' own clock: microseconds since 1970-01-01T00:00:00Z.
///
/// Microseconds, because that is what PostgreSQL's timestamps resolve and Debezium's `MicroTimestamp` carries.
public struct EventTime: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// Microseconds since the Unix epoch; negative before it.
    public let microseconds: Int64

    /// The instant that many microseconds after the Unix epoch.
    public init(microseconds: Int64) { self.microseconds = microseconds }

    /// The instant that many milliseconds after the Unix epoch (the unit of Kafka's timestamps), clamped to what fits.
    public init(milliseconds: Int64) {
        let (product, overflow) = milliseconds.multipliedReportingOverflow(by: 1_000)
        microseconds = overflow ? (milliseconds < 0 ? .min : .max) : product
    }

    /// Before every record: the watermark of a task that has promised nothing.
    public static let distantPast = EventTime(microseconds: .min)
    /// After every record: the watermark at the end of a bounded input.
    public static let distantFuture = EventTime(microseconds: .max)

    /// Milliseconds since the Unix epoch, rounded down.
    public var milliseconds: Int64 { microseconds / 1_000 - (microseconds % 1_000 < 0 ? 1 : 0) }

    /// This instant moved by a span; stays at the ends of time instead of wrapping.
    public func advanced(by span: Span) -> EventTime {
        if self == .distantPast || self == .distantFuture { return self }
        let (sum, overflow) = microseconds.addingReportingOverflow(span.microseconds)
        return EventTime(microseconds: overflow ? (span.microseconds < 0 ? .min : .max) : sum)
    }

    /// The span from `earlier` to this instant, clamped to what fits.
    public func since(_ earlier: EventTime) -> Span {
        let (difference, overflow) = microseconds.subtractingReportingOverflow(earlier.microseconds)
        return Span(microseconds: overflow ? (microseconds < earlier.microseconds ? .min : .max) : difference)
    }

    public static func < (a: EventTime, b: EventTime) -> Bool { a.microseconds < b.microseconds }
}

extension EventTime {
    /// A length of event time, in microseconds. (`Duration` is 16 bytes and slow to compare in a hot loop.)
    public struct Span: Hashable, Comparable, Sendable, BitwiseCopyable {
        /// The length; negative spans point back.
        public let microseconds: Int64

        /// A span of that many microseconds.
        public init(microseconds: Int64) { self.microseconds = microseconds }

        /// The span of a `Duration`, rounded towards zero, clamped to what fits.
        public init(_ duration: Duration) {
            let (seconds, attoseconds) = duration.components
            let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
            let (sum, carry) = whole.addingReportingOverflow(attoseconds / 1_000_000_000_000)
            microseconds = overflow || carry ? (seconds < 0 ? .min : .max) : sum
        }

        /// No time at all.
        public static let zero = Span(microseconds: 0)

        /// The span as the standard library's type.
        public var duration: Duration { .microseconds(microseconds) }

        public static func < (a: Span, b: Span) -> Bool { a.microseconds < b.microseconds }
        public static prefix func - (a: Span) -> Span { Span(microseconds: a.microseconds == .min ? .max : -a.microseconds) }
    }
}
