internal import Freight
internal import StreamCore
internal import Wire

/// An event that somebody outside says.
struct Publication: Sendable {
    let envelope: EventEnvelope
    let data: RawJSON
    let metadata: JSON

    /// What a command publishes; that its data is as its type has it, the API has seen to.
    init(_ command: Command) throws(Refusal) {
        let body = command.body
        guard let type = body["event_type"]?.string.flatMap({ EventType(anyCase: $0) }), let schema = EventSchema.of(type) else {
            throw .invalid("event_type", "is not one that can be published")
        }
        let time = body["timestamp"]?.string.flatMap { EventTime(rfc3339: $0) } ?? command.time
        if time > command.time.advanced(by: VehicleFix.farthestAhead) {
            throw .invalid("timestamp", "must not be more than 1 h ahead of now, which is \(command.time.rfc3339)")
        }
        let entity: EntityID
        do throws(Complaint) { entity = try EntityID.read(body["entity_id"] ?? .null) } catch { throw .invalid("entity_id", error.issue) }
        envelope = EventEnvelope(
            eventID: body["event_id"]?.string.map { EntityID($0.lowercased()) } ?? command.entityID, type: type, timestamp: time,
            source: command.source, correlationID: command.correlationID, causationID: command.id.description,
            entityType: body["entity_type"]?.string.flatMap { EntityType(anyCase: $0) } ?? schema.entityTypes.first ?? .system,
            entityID: entity, severity: body["severity"]?.string.flatMap { Severity(anyCase: $0) } ?? .info,
            actor: command.principal.userID)
        data = RawJSON((body["data"] ?? .object([])).compact)
        metadata = body["metadata"].flatMap { $0.members == nil ? nil : $0 } ?? .object([])
    }

    /// The audit record of the command that it was published by: of the table `events`, under the event's id.
    func audit(of command: Command) -> AuditEntry {
        var entry = AuditEntry(
            of: command, .publish,
            changes: RawJSON.object { json in
                for (name, value) in [("event_type", envelope.type.rawValue), ("entity_id", envelope.entityID.description)] {
                    json.object(name) { change in
                        change.nullable("old", String?.none)
                        change.field("new", value)
                    }
                }
            })
        entry.recordID = envelope.eventID
        return entry
    }
}

/// Writes published events under the id of what they are about.
struct PublicationEncoder: RecordEncoder {
    func key(of publication: Publication) -> [UInt8]? { publication.envelope.entityID.utf8 }

    func encode(_ publication: Publication, at time: EventTime, key: [UInt8]?, into batch: inout BatchBuilder) {
        let envelope = publication.envelope
        batch.append(key: key, headers: envelope.headers, time: time) {
            envelope.write(into: &$0, metadata: publication.metadata, data: publication.data)
        }
    }
}
