public import StreamCore

/// The unit of an instant that a record gives as a whole number since 1970: Debezium's depends on the column and on its time mode.
public enum TimeUnit: String, CaseIterable, Sendable {
    /// Told from the number's size: below 10¹¹ seconds, below 10¹⁴ milliseconds, below 10¹⁷ microseconds, nanoseconds from there.
    /// Right for instants from 1973-03-03T09:46:40Z to the year 5138 (nanoseconds: to 2262); name the unit where older ones may come.
    case byMagnitude = "BY_MAGNITUDE"
    case seconds = "SECONDS"
    /// Debezium's `Timestamp`.
    case milliseconds = "MILLISECONDS"
    /// Debezium's `MicroTimestamp`.
    case microseconds = "MICROSECONDS"
    /// Debezium's `NanoTimestamp`.
    case nanoseconds = "NANOSECONDS"

    /// The instant that `number` means; nil for PostgreSQL's infinities as the connector writes them and for what does not fit.
    public func instant(_ number: Int64) -> EventTime? {
        if TimeUnit.infinities.contains(number) { return nil }
        switch self {
        case .byMagnitude: return TimeUnit.likely(number).instant(number)
        case .seconds: return TimeUnit.scaled(number, 1_000_000)
        case .milliseconds: return TimeUnit.scaled(number, 1_000)
        case .microseconds: return EventTime(microseconds: number)
        case .nanoseconds: return EventTime(microseconds: number / 1_000 - (number % 1_000 < 0 ? 1 : 0))
        }
    }

    /// What Debezium makes of PostgreSQL's infinities: in microseconds, and in milliseconds where its time mode is `connect`.
    private static let infinities: [Int64] = [
        9_223_372_036_825_200_000, -9_223_372_036_832_400_000, 9_223_372_036_825_200, -9_223_372_036_832_400,
    ]

    private static func likely(_ number: Int64) -> TimeUnit {
        switch number.magnitude {
        case ..<100_000_000_000: .seconds
        case ..<100_000_000_000_000: .milliseconds
        case ..<100_000_000_000_000_000: .microseconds
        default: .nanoseconds
        }
    }

    private static func scaled(_ number: Int64, _ unit: Int64) -> EventTime? {
        let (product, overflow) = number.multipliedReportingOverflow(by: unit)
        return overflow ? nil : EventTime(microseconds: product)
    }
}
