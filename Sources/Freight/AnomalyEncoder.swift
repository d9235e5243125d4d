public import StreamCore
public import Wire

/// Writes alerts of the anomaly rule as events, keyed by user so that one user's alerts stay in order.
public struct AnomalyEncoder: RecordEncoder, Sendable {
    private let source: String

    /// An encoder of alerts that say they come from `source`.
    public init(source: String = "linehaul/audit-anomaly") { self.source = source }

    public func key(of alert: AnomalySuspected) -> [UInt8]? { alert.userID.utf8 }

    public func encode(_ alert: AnomalySuspected, at time: EventTime, key: [UInt8]?, into batch: inout BatchBuilder) {
        alert.envelope(source: source).append(to: &batch, at: time, key: key) { json in
            json.field("user_id", alert.userID)
            json.field("count", alert.count)
            json.field("window_start", alert.windowStart)
            json.field("window_end", alert.windowEnd)
            json.field("threshold", alert.threshold)
            json.field("rule", alert.rule)
            json.array("audit_ids", of: alert.auditIDs)
        }
    }
}
