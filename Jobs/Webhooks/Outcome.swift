internal import Freight
internal import StreamCore
internal import Wire

/// How an attempt ended: a record of the inlet `outcomes`.
struct Outcome: Hashable, Sendable {
    /// What came of the request.
    enum End: Hashable, Sendable {
        /// The receiver answered with that status.
        case answered(status: Int, retryAfter: Int?)
        /// No answer came, for that reason.
        case unanswered(String)
        /// It was not made, because it was signed so long ago that the receiver would refuse it.
        case stale
    }

    let webhook: EntityID
    let entity: EntityID
    let serial: Int
    let end: End

    init(_ attempt: Attempt, _ end: End) {
        (webhook, entity, serial) = (attempt.webhook, attempt.entity, attempt.serial)
        self.end = end
    }

    /// What records have as their key.
    var key: [UInt8] { webhook.utf8 }

    /// What records have as their value.
    var json: JSON {
        let (status, retryAfter, error): (Int?, Int?, String?) =
            switch end {
            case .answered(let status, let retryAfter): (status, retryAfter, nil)
            case .unanswered(let reason): (nil, nil, reason)
            case .stale: (nil, nil, nil)
            }
        return .object([
            "webhook_id": webhook.json, "entity_id": entity.json, "serial": serial.json, "status": status?.json,
            "retry_after": retryAfter?.json, "error": error.map { .string($0) },
        ])
    }

    init(_ json: JSON) throws(DecodeFailure) {
        guard let webhook = json["webhook_id"]?.string, let entity = json["entity_id"]?.string, let serial = json["serial"]?.integer else {
            throw DecodeFailure("an outcome without webhook_id, entity_id and serial")
        }
        (self.webhook, self.entity, self.serial) = (EntityID(webhook), EntityID(entity), Int(serial))
        if let status = json["status"]?.integer {
            end = .answered(status: Int(status), retryAfter: json["retry_after"]?.integer.map { Int($0) })
        } else {
            end = json["error"]?.string.map { .unanswered($0) } ?? .stale
        }
    }
}

/// Reads outcomes.
struct OutcomeDecoder: RecordDecoder {
    private let parser = JSONParser()

    mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> Outcome? {
        try unsafe batch.withValue(index) { bytes throws(DecodeFailure) -> Outcome? in
            guard let bytes = unsafe bytes else { return nil }
            return try Outcome(try unsafe parser.tree(bytes))
        }
    }
}
