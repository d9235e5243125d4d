public import StreamCore
public import Wire

/// Writes alerts of the anomaly rule as events, keyed by user so that one user's alerts stay in order.
public struct AnomalyEncoder: RecordEncoder, Sendable {
    private let source: String

    /// An encoder of alerts that say they come from `source`.
    public init(source: String = "linehaul/audit-anomaly") { self.source = source }

    public func key(of alert: AnomalySuspected) -> [UInt8]? { alert.userID.utf8 }

    public func encode(_ alert: AnomalySuspected, at time: EventTime, key: [UInt8]?, into batch: inout BatchBuilder) {
        alert.envelope(source: source).append(to: &batch, at: time, key: key, AnomalySuspected.eventFields, of: alert)
    }
}
