public import StreamCore
public import Wire

/// What a driver's clocks have left, in whole minutes; nil where there is no such rule.
public struct ClockMinutes: JSONWritable, Shaped, Hashable {
    /// Of driving.
    public var drive: Int?
    /// Until the window closes.
    public var window: Int?
    /// Of driving until an interruption is due.
    public var rest: Int?
    /// Of duty until the cycle is full.
    public var cycle: Int?

    /// What four clocks have left.
    public init(drive: Int?, window: Int?, rest: Int?, cycle: Int?) {
        (self.drive, self.window, self.rest, self.cycle) = (drive, window, rest, cycle)
    }

    private static let members: [(name: String, value: @Sendable (ClockMinutes) -> Int?)] = [
        ("drive_min", \.drive), ("window_min", \.window), ("break_min", \.rest), ("cycle_min", \.cycle),
    ]

    public static var shape: Shape {
        .object(members.map { Shape.Member($0.name, .integer, isRequired: false, unit: .minutes) })
    }

    public func writeJSON(into out: inout ByteWriter) {
        JSONWriter.object(into: &out) { json in
            for member in ClockMinutes.members { json.nullable(member.name, member.value(self)) }
        }
    }
}

/// That driving went over a limit, or turned out not to have: what DRIVER_HOS_VIOLATION says.
public struct HoursViolation: Sendable {
    /// The same for one violation for ever.
    public var id: EntityID
    /// Whose it is.
    public var driverID: EntityID
    /// The rule that was broken: one of `types`.
    public var type: String
    /// The paragraph that says so.
    public var rule: String
    /// One of `states`.
    public var state: String
    /// How bad it is: one of `severities`.
    public var severity: String
    /// When driving went over the limit.
    public var startedAt: EventTime
    /// When it ended; nil while the wheel still turns.
    public var endedAt: EventTime?
    /// The limit, in minutes.
    public var limit: Int
    /// What it came to, in minutes.
    public var actual: Int
    /// What the driver's clocks have left.
    public var remaining: ClockMinutes
    /// In words.
    public var explanation: String
    /// The entries of the log that it follows from.
    public var entries: [String]

    /// The limits that there are.
    public static let types = ["BREAK_30M", "CYCLE_60H", "CYCLE_70H", "DRIVE_10H", "DRIVE_11H", "DUTY_15H", "WINDOW_14H"]
    /// How sure it is: a later rest may still excuse it, it stands, it was excused or corrected.
    public static let states = ["PROVISIONAL", "CONFIRMED", "RETRACTED"]
    /// How bad it may be.
    public static let severities = ["NOMINAL", "VIOLATION", "EGREGIOUS"]

    /// A violation of those parts.
    public init(
        id: EntityID, driverID: EntityID, type: String, rule: String, state: String, severity: String, startedAt: EventTime,
        endedAt: EventTime?, limit: Int, actual: Int, remaining: ClockMinutes, explanation: String, entries: [String]
    ) {
        (self.id, self.driverID, self.type, self.rule) = (id, driverID, type, rule)
        (self.state, self.severity, self.startedAt, self.endedAt) = (state, severity, startedAt, endedAt)
        (self.limit, self.actual, self.remaining) = (limit, actual, remaining)
        (self.explanation, self.entries) = (explanation, entries)
    }

    /// Its members.
    public static let eventFields: [EventField<HoursViolation>] = [
        .required("violation_id", \.id, as: .uuid),
        .required("driver_id", \.driverID, as: .uuid),
        .required("violation_type", \.type, as: .oneOf(types)),
        .required("rule", \.rule),
        .required("state", \.state, as: .oneOf(states)),
        .required("severity_class", \.severity, as: .oneOf(severities)),
        .required("started_at", \.startedAt),
        .optional("ended_at", \.endedAt),
        .required("limit_min", \.limit, as: .count, in: .minutes),
        .required("actual_min", \.actual, as: .count, in: .minutes),
        .required("remaining", \.remaining),
        .required("explanation", \.explanation),
        .optional("entries", \.entries),
    ]
}

/// That one of a driver's clocks will run out: what DRIVER_HOS_WARNING says.
public struct HoursWarning: Sendable {
    /// Whose it is.
    public var driverID: EntityID
    /// Which: one of `clocks`.
    public var clock: String
    /// What it has left, in minutes.
    public var minutesLeft: Int
    /// When it had.
    public var at: EventTime
    /// When it will have nothing, if the driver goes on.
    public var runsOutAt: EventTime
    /// What all clocks have left.
    public var remaining: ClockMinutes

    /// The clocks that there are.
    public static let clocks = ["DRIVE", "WINDOW", "BREAK", "CYCLE"]

    /// A warning of those parts.
    public init(driverID: EntityID, clock: String, minutesLeft: Int, at: EventTime, runsOutAt: EventTime, remaining: ClockMinutes) {
        (self.driverID, self.clock, self.minutesLeft) = (driverID, clock, minutesLeft)
        (self.at, self.runsOutAt, self.remaining) = (at, runsOutAt, remaining)
    }

    /// Its members.
    public static let eventFields: [EventField<HoursWarning>] = [
        .required("driver_id", \.driverID, as: .uuid),
        .required("clock", \.clock, as: .oneOf(clocks)),
        .required("minutes_left", \.minutesLeft, as: .count, in: .minutes),
        .required("at", \.at),
        .optional("runs_out_at", \.runsOutAt),
        .optional("remaining", \.remaining),
    ]
}
