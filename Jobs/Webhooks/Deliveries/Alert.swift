internal import Freight
internal import StreamCore
internal import Wire

/// That a webhook was disabled because it has failed for long: a SYSTEM_ALERT.
struct Alert: Sendable {
    let webhook: EntityID
    let reason: String
    let since: EventTime?
    let time: EventTime
}

/// Writes alerts as events of the system, about the webhook.
struct AlertEncoder: RecordEncoder {
    func key(of alert: Alert) -> [UInt8]? { alert.webhook.utf8 }

    func encode(_ alert: Alert, at time: EventTime, key: [UInt8]?, into batch: inout BatchBuilder) {
        let cause = EntityID("webhook \(alert.webhook) \(alert.time.microseconds)")
        Occasion(source: "linehaul/\(Webhooks.name)", time: alert.time, cause: cause)
            .envelope(.systemAlert, .system, alert.webhook, severity: .error)
            .append(to: &batch, at: time, key: key) { json in
                json.field("reason", "WEBHOOK_DISABLED")
                json.field("webhook_id", alert.webhook)
                json.field("failing_since", alert.since)
                json.field("message", "the webhook is disabled: \(alert.reason); see to its receiver, then set enabled to true")
            }
    }
}
