public import StreamCore
public import Wire

/// What is kept of a driver's hours where others can ask: the log since the last full rest, what the driver is held to, and the
/// violations of the days before. Whoever has it evaluates it at an instant of their own; the answer is that of hours of service.
public struct DriverHours: Sendable {
    /// The driver's id.
    public let driver: String
    /// The name of the rule set.
    public let ruleSet: String
    /// What the driver is held to.
    public let terms: DutyTerms
    /// The log, from the last full rest on.
    public let log: DutyLog
    /// Violations from before that, as `GET hos` shows them.
    public let settled: [ShownViolation]
    /// Whether the rule set's parameters have to be written with it.
    let writesRules: Bool

    /// The hours of a driver. `writesRules` where the rule set is not one that this program has by itself.
    public init(driver: String, ruleSet: String, terms: DutyTerms, log: DutyLog, settled: [ShownViolation] = [], writesRules: Bool = false)
    {
        self.driver = driver
        self.ruleSet = ruleSet
        self.terms = terms
        self.log = log
        self.settled = settled
        self.writesRules = writesRules
    }

    /// The hours of a driver who has logged nothing: rested, with a full cycle.
    public init(driver: String, ruleSet: String, terms: DutyTerms) {
        self.init(driver: driver, ruleSet: ruleSet, terms: terms, log: DutyLog())
    }

    /// The log held against the rules at an instant.
    public func evaluated(at asOf: EventTime) -> Evaluation { log.evaluated(at: asOf, under: terms) }

    /// What the clocks would show at `until` if the driver rested from `now` to then: in the berth or off duty as now, off duty where the
    /// driver is at work now. For a load's check before it is assigned. With `until` not after `now`: what they show now.
    public func hoursAfterResting(from now: EventTime, until: EventTime) -> Clocks {
        guard until > now else { return evaluated(at: now).clocks }
        var resting = log
        let present = evaluated(at: now)
        for entry in log.entries where entry.start > now {
            var gone = entry
            gone.isAnnulled = true
            gone.revision += 1
            _ = resting.take(gone)
        }
        if present.isOnDuty || present.status == nil {
            _ = resting.take(DutyEntry(id: "resting", start: now, status: .offDuty, revision: .max))
        }
        return resting.evaluated(at: until, under: terms).clocks
    }

    /// Writes the answer to `GET /drivers/{id}/hos` at an instant: clocks, violations, warnings, recap.
    public func writeAnswer(at asOf: EventTime, warnWithin: [EventTime.Span] = [], into json: inout JSONWriter) {
        let found = evaluated(at: asOf)
        writeAnswer(found, into: &json)
        let within = (warnWithin.max() ?? .minutes(60)).minutes
        json.array("warnings", of: found.warnings(within: within)) { json, warning in
            json.field("clock", warning.clock.name)
            json.field("minutes_left", warning.left.minutes)
            json.field("at", found.asOf.advanced(by: warning.left))
        }
        json.array("recap", of: found.recap(under: terms)) { json, day in
            json.field("date", day.date)
            json.field("regained_min", day.regained.minutes)
        }
    }

    /// Writes what of the answer the record keeps: terms, status, clocks and violations.
    func writeAnswer(_ found: Evaluation, into json: inout JSONWriter) {
        json.field("driver_id", driver)
        json.field("ruleset", ruleSet)
        json.field("cycle", terms.cycle.description)
        json.field("timezone", terms.calendar.timeZone)
        json.field("day_start", terms.calendar.dayStartText)
        json.nullable("status", found.status?.name)
        json.nullable("since", found.since)
        json.object("remaining") { found.clocks.write(into: &$0) }
        json.field("hours_remaining", (Double(found.clocks.drivableWithBreaks.minutes) / 60 * 100).rounded() / 100)
        json.array("violations", of: settled + found.violations.map { ShownViolation($0, of: driver) })
        json.field("as_of", found.asOf)
    }
}

extension CarrierCalendar {
    /// When a day begins, as `06:00`.
    public var dayStartText: String {
        let (hour, minute) = (dayStart / 60, dayStart % 60)
        return "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
    }
}

extension Clocks {
    /// Writes the four as the contract names them, `null` where there is no such rule.
    public func write(into json: inout JSONWriter) {
        json.nullable("drive_min", drive?.minutes)
        json.nullable("window_min", window?.minutes)
        json.nullable("break_min", rest?.minutes)
        json.nullable("cycle_min", cycle?.minutes)
    }
}
