internal import Freight
internal import StreamCore
internal import Wire

/// An event that a webhook was owed and did not get: a record of the outlet `failed`, and kept to be replayed.
struct Failure: Storable, Hashable {
    let webhook: EntityID
    let event: PublicEvent
    let reason: String
    let attempts: Int
    let time: EventTime

    init(webhook: EntityID, event: PublicEvent, reason: String, attempts: Int, time: EventTime) {
        self.webhook = webhook
        self.event = event
        self.reason = reason
        self.attempts = attempts
        self.time = time
    }

    func store(into writer: inout ByteWriter) {
        webhook.store(into: &writer)
        event.store(into: &writer)
        writer.text(reason)
        writer.signed(Int64(attempts))
        time.store(into: &writer)
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        webhook = try EntityID(from: &reader, version: version)
        event = try PublicEvent(from: &reader, version: version)
        reason = try reader.text()
        attempts = Int(try reader.signed())
        time = try EventTime(from: &reader, version: version)
    }

    var json: JSON {
        .object([
            "webhook_id": webhook.json, "event_id": event.id.json, "reason": .string(reason), "attempts": attempts.json, "at": time.json,
            "event": event.json,
        ])
    }
}

/// Writes failures under their webhook.
struct FailureEncoder: RecordEncoder {
    func key(of failure: Failure) -> [UInt8]? { failure.webhook.utf8 }

    func encode(_ failure: Failure, at time: EventTime, key: [UInt8]?, into batch: inout BatchBuilder) {
        batch.append(key: key, time: time) { failure.json.write(into: &$0) }
    }
}
