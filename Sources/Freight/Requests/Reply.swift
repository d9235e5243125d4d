public import StreamCore
public import Wire

/// The answer to a command: a record of `tms.replies`, keyed by the command's id. Every gateway reads all of them and keeps its own.
public struct Reply: Hashable, Sendable {
    /// Which command it answers.
    public var commandID: EntityID
    /// Who waits for it.
    public var replyTo: String
    /// The request that it goes back to.
    public var correlationID: String?
    /// What was decided.
    public var outcome: Outcome
    /// Whether it is an earlier answer given again.
    public var isRepeated: Bool

    /// An answer of those parts.
    public init(commandID: EntityID, replyTo: String, correlationID: String?, outcome: Outcome, isRepeated: Bool = false) {
        self.commandID = commandID
        self.replyTo = replyTo
        self.correlationID = correlationID
        self.outcome = outcome
        self.isRepeated = isRepeated
    }

    /// What was decided about a command: the same for everyone who asks again.
    public struct Outcome: Hashable, Sendable {
        /// The status, as HTTP has it: 200, 201, 204, or a refusal's.
        public var status: Int
        /// What kind of thing it is about.
        public var entityType: EntityType
        /// Which one.
        public var entityID: EntityID
        /// The version that the entity has; a gateway answers once its replica holds it. Nil where there is none.
        public var version: Int?
        /// The whole entity after the change; nil where there is none.
        public var entity: RawJSON?
        /// Why it was refused.
        public var refusal: Refusal?

        /// A decision of those parts.
        public init(
            status: Int, entityType: EntityType, entityID: EntityID, version: Int? = nil, entity: RawJSON? = nil, refusal: Refusal? = nil
        ) {
            self.status = status
            self.entityType = entityType
            self.entityID = entityID
            self.version = version
            self.entity = entity
            self.refusal = refusal
        }
    }
}

extension Reply: JSONWritable {
    /// Appends the reply as `tms.replies` carries it.
    public func writeJSON(into out: inout ByteWriter) {
        JSONWriter.object(into: &out) { json in
            json.field("command_id", commandID)
            json.field("reply_to", replyTo)
            json.field("correlation_id", correlationID)
            json.field("status", outcome.status)
            json.field("entity_type", outcome.entityType)
            json.field("entity_id", outcome.entityID)
            json.field("version", outcome.version)
            json.field("entity", outcome.entity)
            json.field("error", outcome.refusal)
            if isRepeated { json.field("repeated", true) }
        }
    }

    /// Reads what `writeJSON` wrote; the failure says which member is missing or wrong.
    public init(_ json: JSON) throws(DecodeFailure) {
        guard let command = json["command_id"]?.string, let replyTo = json["reply_to"]?.string, let status = json["status"]?.integer,
            let type = json["entity_type"]?.string.flatMap({ EntityType(rawValue: $0) }), let entity = json["entity_id"]?.string
        else { throw DecodeFailure("a reply without command_id, reply_to, status, entity_type and entity_id") }
        var refusal: Refusal?
        if let error = json["error"] {
            let details = (error["details"]?.array ?? []).map {
                FieldProblem($0["field"]?.string ?? "", $0["issue"]?.string ?? "")
            }
            refusal = Refusal(Int(status), error["code"]?.string ?? "", error["message"]?.string ?? "", details: details)
        }
        self.init(
            commandID: EntityID(command), replyTo: replyTo, correlationID: json["correlation_id"]?.string,
            outcome: Outcome(
                status: Int(status), entityType: type, entityID: EntityID(entity), version: json["version"]?.integer.map { Int($0) },
                entity: json["entity"].map { RawJSON($0.compact) }, refusal: refusal),
            isRepeated: json["repeated"]?.bool ?? false)
    }
}

extension Reply.Outcome: Storable {
    public func store(into writer: inout ByteWriter) {
        writer.varint(UInt64(status))
        entityType.store(into: &writer)
        entityID.store(into: &writer)
        version.store(into: &writer)
        entity.store(into: &writer)
        refusal.store(into: &writer)
    }

    public init(from reader: inout ByteReader, version form: UInt8) throws(DecodeFailure) {
        status = Int(truncatingIfNeeded: try reader.varint())
        entityType = try EntityType(from: &reader, version: form)
        entityID = try EntityID(from: &reader, version: form)
        version = try Int?(from: &reader, version: form)
        entity = try RawJSON?(from: &reader, version: form)
        refusal = try Refusal?(from: &reader, version: form)
    }

    public var json: JSON {
        .object([
            "status": .integer(Int64(status)), "entity_type": entityType.json, "entity_id": entityID.json,
            "version": version.map { .integer(Int64($0)) }, "entity": entity?.json, "error": refusal?.json,
        ])
    }
}

/// Writes replies under the id of their command.
public struct ReplyEncoder: RecordEncoder, Sendable {
    /// An encoder.
    public init() {}

    public func key(of reply: Reply) -> [UInt8]? { reply.commandID.utf8 }

    public func encode(_ reply: Reply, at time: EventTime, key: [UInt8]?, into batch: inout BatchBuilder) {
        batch.append(key: key, headers: [Header("reply_to", reply.replyTo)], time: time) { reply.writeJSON(into: &$0) }
    }
}

/// Reads replies. A tombstone says nothing.
public struct ReplyDecoder: RecordDecoder {
    private let parser = JSONParser()

    /// A decoder with a parser of its own.
    public init() {}

    public mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> Reply? {
        try unsafe batch.withValue(index) { bytes throws(DecodeFailure) -> Reply? in
            guard let bytes = unsafe bytes else { return nil }
            return try Reply(try unsafe parser.tree(bytes))
        }
    }
}
