public import StreamCore
public import Wire

/// A violation as `GET hos` shows it and as `tms.entities.hours` keeps it.
public struct ShownViolation: Hashable, Sendable, JSONWritable {
    /// Its id.
    public let id: String
    /// The name of the rule that was broken.
    public let kind: String
    /// The paragraph.
    public let rule: String
    /// PROVISIONAL or CONFIRMED.
    public let state: String
    /// How bad it is.
    public let severity: String
    /// When it began.
    public let startedAt: EventTime
    /// When it ended; `nil` while the wheel turns.
    public let endedAt: EventTime?
    /// The limit, in minutes.
    public let limit: Int
    /// What the clock showed in the end, in minutes.
    public let actual: Int

    /// A violation of a driver's.
    public init(_ violation: Violation, of driver: String) {
        id = violation.id(of: driver)
        kind = violation.kind.name
        rule = violation.rule
        state = violation.isConfirmed ? "CONFIRMED" : "PROVISIONAL"
        severity = violation.severity.name
        startedAt = violation.at
        endedAt = violation.isOngoing ? nil : violation.until
        limit = violation.limit.minutes
        actual = violation.actual.minutes
    }

    /// Reads one back; `nil` where a member is missing.
    init?(_ json: JSON) {
        guard let id = json["violation_id"]?.string, let kind = json["violation_type"]?.string, let rule = json["rule"]?.string,
            let state = json["state"]?.string, let severity = json["severity_class"]?.string,
            let started = json["started_at"]?.string.flatMap({ EventTime(rfc3339: $0) }), let limit = json["limit_min"]?.integer,
            let actual = json["actual_min"]?.integer
        else { return nil }
        (self.id, self.kind, self.rule, self.state, self.severity) = (id, kind, rule, state, severity)
        startedAt = started
        endedAt = json["ended_at"]?.string.flatMap { EventTime(rfc3339: $0) }
        (self.limit, self.actual) = (Int(limit), Int(actual))
    }

    public func writeJSON(into out: inout ByteWriter) {
        JSONWriter.object(into: &out) { json in
            json.field("violation_id", id)
            json.field("violation_type", kind)
            json.field("rule", rule)
            json.field("state", state)
            json.field("severity_class", severity)
            json.field("started_at", startedAt)
            json.field("ended_at", endedAt)
            json.field("limit_min", limit)
            json.field("actual_min", actual)
        }
    }
}

extension Violation {
    /// The paragraph as it is cited.
    public var rule: String { "49 CFR \(paragraph)" }
}
