public import Dataflow
internal import Freight
internal import StreamCore

/// Alerts when one user writes more audit records within a window than the rule allows.
///
/// Records are judged in the order of their own time, equal times by id, once the watermark has passed them; the alert is the same
/// whatever order they arrived in within the bound. A record older than that goes to `late`. The same audit id counts once: delivered
/// again it has the same time, so it meets itself within the window. Records without a user never alert. The rule is the contract's,
/// section 5.
public struct AuditAnomaly: Job {
    public static let name = "audit-anomaly"
    public static let summary = "alerts on bursts of audit records by one user"

    static let audit = Inlet<AuditRecord>("audit")
    static let anomalies = Outlet<AnomalySuspected>("anomalies")
    static let late = Outlet<AuditRecord>("late")

    private let columns: AuditColumns
    private let rule: BurstRule

    public init(settings: inout SettingsReader) throws(SettingsFailure) {
        rule = BurstRule(
            window: .init(settings.duration("window", default: .seconds(1), atLeast: .microseconds(1))),
            coolDown: .init(settings.duration("cool-down", default: .seconds(60))),
            scorer: ThresholdScorer(threshold: settings.integer("threshold", default: 1, in: 0...1_000_000)))
        columns = AuditColumns(
            id: settings.text("id-field", default: "id"), user: settings.text("user-field", default: "user_id"),
            time: settings.text("time-field", default: "created_at"), timeUnit: settings.choice("time-unit", default: .byMagnitude))
        try settings.finish()
    }

    public func declare(in flow: Flow) {
        let (columns, rule) = (columns, rule)
        flow.from(Self.audit, decoding: { AuditDecoder(columns) }, timedBy: \.time)
            .keyed("users", by: "user_id") { $0.userID ?? .nobody }
            .ordered("in-order", ties: \.id, late: Self.late, encoding: { LateAuditEncoder() })
            .processed("bursts") { BurstDetector(rule, in: $0.state) }
            .into(Self.anomalies, encoding: { AnomalyEncoder() })
    }
}

extension EntityID {
    /// The key under which records without a user travel; they are never judged.
    static let nobody = EntityID("")
}
