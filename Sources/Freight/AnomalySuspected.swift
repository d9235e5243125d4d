public import StreamCore

/// A user wrote more audit records within a window than the rule allows.
public struct AnomalySuspected: Hashable, Sendable {
    /// Whose records they are.
    public var userID: EntityID
    /// The record that made it too many; one record raises at most one alert.
    public var triggeredBy: EntityID
    /// How many records the user wrote in the window.
    public var count: Int
    /// How many the rule allows.
    public var threshold: Int
    /// The name of the rule.
    public var rule: String
    /// Where the window starts; a record at this very instant is outside.
    public var windowStart: EventTime
    /// Where it ends: the triggering record's time, inside.
    public var windowEnd: EventTime
    /// The ids of the user's records in the window, all of them, in the rule's order.
    public var auditIDs: [EntityID]

    /// An alert of those parts.
    public init(
        userID: EntityID, triggeredBy: EntityID, count: Int, threshold: Int, rule: String, windowStart: EventTime, windowEnd: EventTime,
        auditIDs: [EntityID]
    ) {
        self.userID = userID
        self.triggeredBy = triggeredBy
        self.count = count
        self.threshold = threshold
        self.rule = rule
        self.windowStart = windowStart
        self.windowEnd = windowEnd
        self.auditIDs = auditIDs
    }

    /// What ANOMALY_SUSPECTED says.
    static let eventFields: [EventField<AnomalySuspected>] = [
        .required("user_id", \.userID),
        .required("count", \.count, as: .count),
        .required("window_start", \.windowStart),
        .required("window_end", \.windowEnd),
        .required("threshold", \.threshold, as: .count),
        .required("rule", \.rule, as: .words),
        .required("audit_ids", \.auditIDs),
    ]

    /// The event that says so. Its id follows from the triggering record and the rule, so an alert raised again after a crash is the same
    /// event; an audit record knows no request, so the triggering record's id stands for it.
    public func envelope(source: String) -> EventEnvelope {
        var cause = Array("\(EventType.anomalySuspected.rawValue) \(rule) ".utf8)
        cause += triggeredBy.utf8
        return EventEnvelope(
            eventID: .version7(at: windowEnd, Entropy(of: cause)), type: .anomalySuspected, timestamp: windowEnd, source: source,
            correlationID: triggeredBy.description, causationID: triggeredBy.description, entityType: .user, entityID: userID,
            severity: .warning)
    }
}
