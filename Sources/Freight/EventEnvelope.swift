public import StreamCore
public import Wire

/// What every event says beside its data: who made it, about what, when, and what it follows from. Its data is written behind it.
public struct EventEnvelope: Hashable, Sendable {
    /// The version of the envelope that `append` writes.
    public static let version = "1.0"

    /// Consumers tell repeats by it: an event made again after a crash has the same one.
    public var eventID: EntityID
    /// What happened; chooses the topic.
    public var type: EventType
    /// When it happened: event time.
    public var timestamp: EventTime
    /// The job that says so, as `linehaul/<job>`.
    public var source: String
    /// The request it goes back to.
    public var correlationID: String?
    /// The event or record that it follows from directly.
    public var causationID: String?
    /// What kind of thing it is about.
    public var entityType: EntityType
    /// Which one; also the record's key.
    public var entityID: EntityID
    /// How much it matters.
    public var severity: Severity
    /// Who did it, where somebody did.
    public var actor: String?

    /// An envelope of those parts.
    public init(
        eventID: EntityID, type: EventType, timestamp: EventTime, source: String, correlationID: String? = nil, causationID: String? = nil,
        entityType: EntityType, entityID: EntityID, severity: Severity = .info, actor: String? = nil
    ) {
        self.eventID = eventID
        self.type = type
        self.timestamp = timestamp
        self.source = source
        self.correlationID = correlationID
        self.causationID = causationID
        self.entityType = entityType
        self.entityID = entityID
        self.severity = severity
        self.actor = actor
    }

    /// The headers of its record: what a consumer may choose by without reading the value.
    public var headers: [Header] {
        var headers = [
            Header("event_type", type.rawValue), Header("event_id", eventID.utf8), Header("version", EventEnvelope.version),
        ]
        if let correlationID { headers.append(Header("correlation_id", correlationID)) }
        return headers
    }

    /// Appends the event as JSON, with the members that `data` and `metadata` write.
    public func write(
        into out: inout ByteWriter, metadata: (inout JSONWriter) -> Void = { _ in }, data: (inout JSONWriter) -> Void
    ) {
        JSONWriter.object(into: &out) { json in
            writeHead(&json)
            json.object("metadata", metadata)
            json.object("data", data)
        }
    }

    /// Writes all members but `metadata` and `data`.
    func writeHead(_ json: inout JSONWriter) {
        json.field("event_id", eventID)
        json.field("event_type", type)
        json.field("version", EventEnvelope.version)
        json.field("timestamp", timestamp)
        json.field("source", source)
        json.nullable("correlation_id", correlationID)
        json.nullable("causation_id", causationID)
        json.field("entity_type", entityType)
        json.field("entity_id", entityID)
        json.field("severity", severity)
        json.field("actor", actor)
    }

    /// Appends the event to `batch` as a record of that time and key, with its headers.
    public func append(to batch: inout BatchBuilder, at time: EventTime, key: [UInt8]?, data: (inout JSONWriter) -> Void) {
        batch.append(key: key, headers: headers, time: time) { write(into: &$0, data: data) }
    }
}
