internal import Freight
internal import StreamCore
internal import Tokens
internal import Wire

/// One request that has to be made now: a record of the outlet `attempts`. It holds the signature and not the secret.
struct Attempt: Hashable, Sendable {
    let webhook: EntityID
    /// The queue that the event is the head of.
    let entity: EntityID
    /// Which request of that queue it is; its outcome names it.
    let serial: Int
    let url: String
    let isPrivateAllowed: Bool
    let event: EntityID
    /// When it was signed.
    let time: EventTime
    let signature: String
    let body: RawJSON

    /// An attempt to deliver `event`, signed as Standard Webhooks has it.
    init(_ event: PublicEvent, to webhook: Webhook, serial: Int, isPrivateAllowed: Bool, now: EventTime) {
        self.webhook = webhook.id
        entity = event.entityID
        self.serial = serial
        url = webhook.url
        self.isPrivateAllowed = isPrivateAllowed
        self.event = event.id
        time = now
        body = event.text
        let signed = Array("\(event.id).\(now.seconds).".utf8) + event.text.utf8
        let key = Base64.standard.decode(webhook.secret.revealed.dropFirst("whsec_".count)) ?? []
        signature = "v1," + Base64.standard.encode(hmacSHA256(signed, key: key))
    }

    /// The queue's name.
    var line: EntityID { Line.id(webhook, entity) }

    /// The header fields by which the receiver knows the event and that it is from here.
    var headers: [(name: String, value: String)] {
        [
            ("Content-Type", "application/json"), ("webhook-id", event.description), ("webhook-timestamp", "\(time.seconds)"),
            ("webhook-signature", signature),
        ]
    }

    /// Reads what `AttemptEncoder` wrote; the failure says which member is missing.
    init(parsing value: [UInt8]) throws(DecodeFailure) {
        let json = try JSON(parsing: value)
        guard let webhook = json["webhook_id"]?.string, let entity = json["entity_id"]?.string, let serial = json["serial"]?.integer,
            let url = json["url"]?.string, let event = json["event_id"]?.string,
            let time = json["at"]?.string.flatMap({ EventTime(rfc3339: $0) }), let signature = json["signature"]?.string,
            let body = json["body"]?.string
        else { throw DecodeFailure("an attempt without webhook_id, entity_id, serial, url, event_id, at, signature and body") }
        self.webhook = EntityID(webhook)
        self.entity = EntityID(entity)
        self.serial = Int(serial)
        self.url = url
        isPrivateAllowed = json["private_allowed"]?.bool ?? false
        self.event = EntityID(event)
        self.time = time
        self.signature = signature
        self.body = RawJSON(Array(body.utf8))
    }
}

extension EventTime {
    /// Whole seconds since 1970.
    fileprivate var seconds: Int64 { milliseconds / 1_000 }
}

/// Writes attempts under their queue, so that those of one follow each other.
struct AttemptEncoder: RecordEncoder {
    func key(of attempt: Attempt) -> [UInt8]? { attempt.line.utf8 }

    func encode(_ attempt: Attempt, at time: EventTime, key: [UInt8]?, into batch: inout BatchBuilder) {
        batch.append(key: key, time: time) { out in
            JSONWriter.object(into: &out) { json in
                json.field("webhook_id", attempt.webhook)
                json.field("entity_id", attempt.entity)
                json.field("serial", attempt.serial)
                json.field("url", attempt.url)
                if attempt.isPrivateAllowed { json.field("private_allowed", true) }
                json.field("event_id", attempt.event)
                json.field("at", attempt.time)
                json.field("signature", attempt.signature)
                // As text: it must arrive byte for byte as it was signed.
                json.field("body", String(decoding: attempt.body.utf8, as: UTF8.self))
            }
        }
    }
}
