internal import Freight
internal import StreamCore
internal import Wire

/// How a webhook is now, its secret sealed; or that it is gone.
struct WebhookRow: Sendable {
    let id: EntityID
    let webhook: Webhook?
}

/// Writes webhooks under their id; a tombstone for one that is gone.
struct WebhookRowEncoder: RecordEncoder {
    func key(of row: WebhookRow) -> [UInt8]? { row.id.utf8 }

    func encode(_ row: WebhookRow, at time: EventTime, key: [UInt8]?, into batch: inout BatchBuilder) {
        guard let webhook = row.webhook else { return batch.append(key: key, value: nil, headers: [], time: time) }
        batch.append(key: key, value: webhook.text.utf8, headers: [Header("version", "\(webhook.version)")], time: time)
    }
}
