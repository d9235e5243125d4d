public import StreamCore
public import Wire

/// Minutes left on a driver's clocks.
public struct HoursRemaining: Hashable, Sendable {
    /// Of driving.
    public var drive: Int
    /// Until the window closes.
    public var window: Int
    /// Until a break is due; nil where the rules ask for none.
    public var rest: Int?
    /// Of duty in the cycle.
    public var cycle: Int

    /// Those minutes.
    public init(drive: Int, window: Int, rest: Int?, cycle: Int) {
        self.drive = drive
        self.window = window
        self.rest = rest
        self.cycle = cycle
    }

    /// Writes the four as the contract names them.
    public func write(_ json: inout JSONWriter) {
        json.field("drive_min", drive)
        json.field("window_min", window)
        json.nullable("break_min", rest)
        json.field("cycle_min", cycle)
    }
}

/// A driver drove over a limit, or it turned out otherwise. The same violation has one id for ever.
public struct HoursViolation: Hashable, Sendable {
    /// How sure it is.
    public enum State: String, WireEnum {
        /// A later rest may still excuse it.
        case provisional = "PROVISIONAL"
        /// The driver has fully rested since.
        case confirmed = "CONFIRMED"
        /// It was excused or corrected.
        case retracted = "RETRACTED"
    }

    /// Which limit.
    public enum Limit: String, WireEnum {
        case drive11 = "DRIVE_11H"
        case window14 = "WINDOW_14H"
        case break30 = "BREAK_30M"
        case cycle60 = "CYCLE_60H"
        case cycle70 = "CYCLE_70H"
        case drive10 = "DRIVE_10H"
        case duty15 = "DUTY_15H"
    }

    /// How grave it is.
    public enum Class: String, WireEnum {
        case nominal = "NOMINAL"
        case violation = "VIOLATION"
        case egregious = "EGREGIOUS"
    }

    /// The same for one violation for ever.
    public var id: EntityID
    /// Which limit.
    public var limit: Limit
    /// Its paragraph of the CFR.
    public var rule: String
    /// How sure it is.
    public var state: State
    /// How grave it is.
    public var gravity: Class
    /// When it began.
    public var startedAt: EventTime
    /// When it ended; nil while the wheel still turns.
    public var endedAt: EventTime?
    /// Minutes that the rule allows.
    public var limitMinutes: Int
    /// Minutes that it came to.
    public var actualMinutes: Int
    /// What was left on the clocks.
    public var remaining: HoursRemaining
    /// The entries that it follows from.
    public var explanation: Document

    /// A violation of those parts.
    public init(
        id: EntityID, limit: Limit, rule: String, state: State, gravity: Class, startedAt: EventTime, endedAt: EventTime?,
        limitMinutes: Int, actualMinutes: Int, remaining: HoursRemaining, explanation: Document
    ) {
        self.id = id
        self.limit = limit
        self.rule = rule
        self.state = state
        self.gravity = gravity
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.limitMinutes = limitMinutes
        self.actualMinutes = actualMinutes
        self.remaining = remaining
        self.explanation = explanation
    }

    /// The event.
    public func event(of driver: EntityID, on occasion: Occasion) -> BusinessEvent {
        let severity: Severity = state == .retracted ? .info : gravity == .egregious ? .error : .warning
        let envelope = occasion.envelope(.driverHOSViolation, .driver, driver, severity: severity, step: "\(id) \(state.rawValue)")
        return BusinessEvent(envelope) { json in
            json.field("violation_id", id)
            json.field("driver_id", driver)
            json.field("violation_type", limit)
            json.field("rule", rule)
            json.field("state", state)
            json.field("severity_class", gravity)
            json.field("started_at", startedAt)
            json.field("ended_at", endedAt)
            json.field("limit_min", limitMinutes)
            json.field("actual_min", actualMinutes)
            json.object("remaining", remaining.write)
            json.field("explanation", explanation)
        }
    }

    /// The event that a clock runs out soon.
    public static func warning(
        _ clock: String, minutesLeft: Int, at instant: EventTime, of driver: EntityID, on occasion: Occasion
    ) -> BusinessEvent {
        let envelope = occasion.envelope(.driverHOSWarning, .driver, driver, severity: .warning, step: "\(clock) \(minutesLeft)")
        return BusinessEvent(envelope) { json in
            json.field("driver_id", driver)
            json.field("clock", clock)
            json.field("minutes_left", minutesLeft)
            json.field("at", instant)
        }
    }
}
