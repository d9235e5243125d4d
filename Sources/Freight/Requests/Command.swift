public import StreamCore
public import Wire

/// A request to change one entity: a record of `tms.commands`, keyed by the entity's id, answered on `tms.replies`.
///
/// The entity's owner answers a command of the same `id` for 24 h with the answer that it gave first; so a gateway may send it again
/// after a crash, and a client's `Idempotency-Key` becomes the id.
public struct Command: Sendable, Hashable {
    /// Which request it is. With an idempotency key: UUIDv5 of principal and key, which is also the id of what it creates.
    public var id: EntityID
    /// What it asks for.
    public var type: CommandType
    /// Of an update: PUT or PATCH.
    public var mode: UpdateMode?
    /// What kind of thing it is about.
    public var entityType: EntityType
    /// Which one.
    public var entityID: EntityID
    /// When it was received; what "now" is for its owner.
    public var time: EventTime
    /// On whose behalf.
    public var principal: Principal
    /// Who sent it: `api`, `cdc`, or a job as `linehaul/<job>`.
    public var source: String
    /// Whether it is a change that was made in the database.
    public var isFromDatabase: Bool { source == "cdc" }
    /// Who waits for the answer; nil for nobody.
    public var replyTo: String?
    /// The request that it goes back to.
    public var correlationID: String?
    /// The event that it follows from, where a job sent it.
    public var causationID: String?
    /// Whether the client gave an idempotency key: then a second request is refused while the first is in progress.
    public var hasIdempotencyKey: Bool
    /// A digest of method, path and body: another one under the same id is another request and is refused.
    public var digest: String?
    /// The versions of which the entity must have one; none for any.
    public var ifMatch: [Int]
    /// What the request says.
    public var body: JSON

    /// A command of those parts.
    public init(
        id: EntityID, type: CommandType, mode: UpdateMode? = nil, entityType: EntityType, entityID: EntityID, time: EventTime,
        principal: Principal = .nobody, source: String = "api", replyTo: String? = nil, correlationID: String? = nil,
        causationID: String? = nil, hasIdempotencyKey: Bool = false, digest: String? = nil, ifMatch: [Int] = [], body: JSON = .object([])
    ) {
        self.id = id
        self.type = type
        self.mode = mode
        self.entityType = entityType
        self.entityID = entityID
        self.time = time
        self.principal = principal
        self.source = source
        self.replyTo = replyTo
        self.correlationID = correlationID
        self.causationID = causationID
        self.hasIdempotencyKey = hasIdempotencyKey
        self.digest = digest
        self.ifMatch = ifMatch
        self.body = body
    }
}

extension Command: JSONWritable {
    /// Appends the command as `tms.commands` carries it.
    public func writeJSON(into out: inout ByteWriter) {
        JSONWriter.object(into: &out) { json in
            json.field("command_id", id)
            json.field("type", type)
            json.field("mode", mode)
            json.field("entity_type", entityType)
            json.field("entity_id", entityID)
            json.field("timestamp", time)
            json.object("principal") {
                $0.nullable("user_id", principal.userID)
                $0.field("carrier_id", principal.carrierID)
            }
            json.field("source", source)
            json.field("reply_to", replyTo)
            json.field("correlation_id", correlationID)
            json.field("causation_id", causationID)
            if hasIdempotencyKey { json.field("has_idempotency_key", true) }
            json.field("digest", digest)
            if ifMatch.count > 1 { json.array("if_match", of: ifMatch) } else { json.field("if_match", ifMatch.first) }
            json.field("body", body)
        }
    }

    /// Reads what `writeJSON` wrote; the failure says which member is missing or wrong.
    public init(_ json: JSON) throws(DecodeFailure) {
        func value<Value: FieldValue>(_ name: String, _: Value.Type = Value.self) throws(DecodeFailure) -> Value? {
            guard let given = json[name], given != .null else { return nil }
            do throws(Complaint) { return try Value.read(given) } catch { throw DecodeFailure("a command whose \(name) \(error.issue)") }
        }
        func required<Value: FieldValue>(_ name: String) throws(DecodeFailure) -> Value {
            guard let found = try value(name, Value.self) else { throw DecodeFailure("a command without \(name)") }
            return found
        }
        guard json.members != nil else { throw DecodeFailure("a command that is no JSON object") }
        id = try required("command_id")
        type = try required("type")
        mode = try value("mode")
        entityType = try required("entity_type")
        guard entityType.commandTopic != nil else { throw DecodeFailure("a command for a \(entityType.rawValue), which takes none") }
        entityID = try required("entity_id")
        time = try required("timestamp")
        var principal = Principal(userID: json["principal"]?["user_id"]?.string)
        if let scope = json["principal"]?["carrier_id"]?.string { principal.carrierID = EntityID(scope.lowercased()) }
        self.principal = principal
        source = try value("source") ?? "api"
        replyTo = try value("reply_to")
        correlationID = try value("correlation_id")
        causationID = try value("causation_id")
        hasIdempotencyKey = try value("has_idempotency_key") ?? false
        digest = try value("digest")
        ifMatch = json["if_match"]?.array == nil ? try value("if_match").map { [$0] } ?? [] : try required("if_match")
        body = json["body"] ?? .object([])
    }
}

/// Kept, and sent from stage to stage, as the JSON that `tms.commands` carries.
extension Command: Storable {
    public func store(into writer: inout ByteWriter) {
        var out = ByteWriter(capacity: 512)
        writeJSON(into: &out)
        writer.blob(out.bytes)
    }

    public init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        try self.init(try JSON(parsing: try reader.blob()))
    }

    public var json: JSON {
        var out = ByteWriter(capacity: 512)
        writeJSON(into: &out)
        return RawJSON(out.take()).json
    }
}
