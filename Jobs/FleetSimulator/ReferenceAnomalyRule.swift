public import StreamCore

/// The anomaly rule of the contract's section 5, written down as it reads: all records at once, sorted, no stream and no watermark.
///
/// What the streaming job says is held against it; the two share no code.
public struct ReferenceAnomalyRule: Hashable, Sendable {
    /// A user's records in `(t − window, t]` are counted.
    public var window: EventTime.Span
    /// A record triggers when they number more than this.
    public var threshold: Int
    /// A user's next alert is this much event time after the last one, or later.
    public var coolDown: EventTime.Span
    /// A record this much older than the newest one before it is still on time.
    public var lateness: EventTime.Span

    /// A rule; left alone, the contract's: the second record of one user within a second, once a minute.
    public init(
        window: EventTime.Span = .init(.seconds(1)), threshold: Int = 1, coolDown: EventTime.Span = .init(.seconds(60)),
        lateness: EventTime.Span = .init(.milliseconds(500))
    ) {
        self.window = window
        self.threshold = threshold
        self.coolDown = coolDown
        self.lateness = lateness
    }

    /// What the rule says of some deliveries, in the order in which they arrived.
    public func judge(_ deliveries: [AuditObservation]) -> AnomalyVerdict {
        var newest = EventTime.distantPast
        var late: [AuditObservation] = []
        var accepted: [AuditObservation] = []
        var ids: Set<String> = []
        for delivery in deliveries {
            if newest != .distantPast, delivery.time < newest.advanced(by: -lateness) {
                late.append(delivery)
                continue
            }
            newest = max(newest, delivery.time)
            if ids.insert(delivery.id).inserted { accepted.append(delivery) }
        }
        accepted.sort { ($0.time, $0.id) < ($1.time, $1.id) }
        return AnomalyVerdict(alerts: alerts(of: accepted), late: late)
    }

    private func alerts(of ordered: [AuditObservation]) -> [ExpectedAlert] {
        var recent: [String: [AuditObservation]] = [:]
        var lastAlert: [String: EventTime] = [:]
        var alerts: [ExpectedAlert] = []
        for record in ordered {
            guard let user = record.user else { continue }
            let opens = record.time.advanced(by: -window)
            var counted = recent[user, default: []].filter { $0.time > opens }
            counted.append(record)
            recent[user] = counted
            guard counted.count > threshold else { continue }
            if let last = lastAlert[user], record.time.since(last) < coolDown { continue }
            lastAlert[user] = record.time
            alerts.append(
                ExpectedAlert(user: user, windowStart: opens, windowEnd: record.time, auditIDs: counted.map(\.id)))
        }
        return alerts
    }
}

/// One delivery of an audit record, as far as the rule looks at it.
public struct AuditObservation: Hashable, Sendable {
    /// The record's id; deliveries of one record share it.
    public let id: String
    /// Who acted, `nil` where nobody is known.
    public let user: String?
    /// The record's `created_at`.
    public let time: EventTime
    /// When it was delivered.
    public let arrival: EventTime

    /// A delivery of those facts.
    public init(id: String, user: String?, time: EventTime, arrival: EventTime) {
        self.id = id
        self.user = user
        self.time = time
        self.arrival = arrival
    }
}

/// An ANOMALY_SUSPECTED that a detector owes.
public struct ExpectedAlert: Hashable, Sendable {
    /// The user.
    public let user: String
    /// The triggering record's instant less the window.
    public let windowStart: EventTime
    /// The triggering record's instant.
    public let windowEnd: EventTime
    /// The counted records, in the rule's order; the last one triggered.
    public let auditIDs: [String]
    /// How many were counted.
    public var count: Int { auditIDs.count }
}

/// What the rule says of a run.
public struct AnomalyVerdict: Hashable, Sendable {
    /// The alerts, in the order of their triggers.
    public let alerts: [ExpectedAlert]
    /// The deliveries that came too late to count, in the order of arrival.
    public let late: [AuditObservation]
}
