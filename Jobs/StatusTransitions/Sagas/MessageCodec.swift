internal import Freight
internal import StreamCore
internal import Wire

extension Message: JSONWritable {
    func writeJSON(into out: inout ByteWriter) {
        JSONWriter.object(into: &out) { json in
            json.field("step", step)
            json.field("entity_id", to)
            json.field("entity_type", toType)
            json.field("from_id", from)
            json.field("from_type", fromType)
            json.field("saga_id", saga)
            json.field("cause_id", cause)
            json.field("timestamp", time)
            json.field("correlation_id", correlationID)
            json.field("actor", actor)
            json.field("body", body)
        }
    }

    init(_ json: JSON) throws(DecodeFailure) {
        guard let step = json["step"]?.string.flatMap({ Step(rawValue: $0) }),
            let to = json["entity_id"]?.string, let toType = json["entity_type"]?.string.flatMap({ EntityType(rawValue: $0) }),
            let from = json["from_id"]?.string, let fromType = json["from_type"]?.string.flatMap({ EntityType(rawValue: $0) }),
            let saga = json["saga_id"]?.string, let cause = json["cause_id"]?.string,
            let time = json["timestamp"]?.string.flatMap({ EventTime(rfc3339: $0) })
        else { throw DecodeFailure("a message without step, entity_id, entity_type, from_id, from_type, saga_id, cause_id and timestamp") }
        self.init(
            step, to: EntityID(to), toType, from: EntityID(from), fromType, saga: EntityID(saga), cause: EntityID(cause), time: time,
            correlationID: json["correlation_id"]?.string, actor: json["actor"]?.string, body: json["body"] ?? .object([]))
    }
}

/// Reads messages. A tombstone says nothing.
struct MessageDecoder: RecordDecoder {
    private let parser = JSONParser()

    mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> Message? {
        try unsafe batch.withValue(index) { bytes throws(DecodeFailure) -> Message? in
            guard let bytes = unsafe bytes else { return nil }
            return try Message(try unsafe parser.tree(bytes))
        }
    }
}

/// Writes messages under the id of who gets them.
struct MessageEncoder: RecordEncoder {
    func key(of message: Message) -> [UInt8]? { message.to.utf8 }

    func encode(_ message: Message, at time: EventTime, key: [UInt8]?, into batch: inout BatchBuilder) {
        batch.append(key: key, time: time) { message.writeJSON(into: &$0) }
    }
}
