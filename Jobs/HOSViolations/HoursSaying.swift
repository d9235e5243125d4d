internal import Freight
internal import HoursOfService
internal import StreamCore

/// One thing that the job says: an event of the driver, an alarm, or what is kept of the driver's hours.
enum HoursSaying: Sendable {
    indirect case notice(HoursNotice)
    indirect case alarm(ViolationAlarm)
    indirect case snapshot(HoursSnapshot)
}

/// A violation or a warning, as an event of the driver's.
struct HoursNotice: Sendable {
    enum What: Sendable {
        case violation(ReportedViolation)
        /// A clock has come to a mark; it runs out that much later.
        case warning(ClockKind, left: EventTime.Span)
    }

    let driver: EntityID
    /// When it was known.
    let at: EventTime
    let what: What
    let clocks: Clocks
    /// The record that made it known, as its offset; −1 for a timer.
    let cause: Int64
}

/// A violation that somebody should look at now.
struct ViolationAlarm: Sendable {
    let driver: EntityID
    let at: EventTime
    let violation: Violation
}

/// What is kept of a driver's hours; `nil` takes it away.
struct HoursSnapshot: Sendable {
    let driver: EntityID
    let hours: DriverHours?
    let found: Evaluation?
}
