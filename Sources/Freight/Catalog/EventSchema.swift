public import StreamCore

/// What events of one type say and whom they are about.
public struct EventSchema: Hashable, Sendable {
    /// The type.
    public let type: EventType
    /// What it may be about, the usual first.
    public let entityTypes: [EntityType]
    /// What has happened when there is such an event, in a sentence.
    public let summary: String
    /// The members of its data.
    public let data: [Shape.Member]

    /// The topic that it is published on.
    public var topic: String { type.topic }

    init(_ type: EventType, _ entityTypes: [EntityType], _ summary: String, _ data: [Shape.Member]) {
        self.type = type
        self.entityTypes = entityTypes
        self.summary = summary
        self.data = data
    }

    init<Fact>(_ type: EventType, _ entityType: EntityType, _ summary: String, _ fields: [EventField<Fact>]) {
        self.init(type, [entityType], summary, fields.map(\.member))
    }

    /// The members of the whole event: the envelope's, and `data`.
    public var envelope: [Shape.Member] {
        [
            .init("event_id", .uuid, isRequired: true),
            .init("event_type", .oneOf([type.rawValue]), isRequired: true),
            .init("version", .text(.version), isRequired: false),
            .init("timestamp", .instant, isRequired: true),
            .init("source", .text, isRequired: false),
            .init("correlation_id", .text, isRequired: false),
            .init("causation_id", .text, isRequired: false),
            .init("entity_type", .oneOf(entityTypes.map(\.rawValue)), isRequired: true),
            .init("entity_id", .id, isRequired: true),
            .init("severity", .oneOf(Severity.allCases.map(\.rawValue)), isRequired: false),
            .init("actor", .text, isRequired: false),
            .init("metadata", .document, isRequired: false),
            .init("data", .object(data), isRequired: true),
        ]
    }

    /// Everything that is wrong with `data` as an event's data, named from `data` on: how a request to publish is checked.
    public func problems(inData data: JSON) -> [FieldProblem] { Shape.object(self.data).problems(in: data, at: "data") }

    /// The whole event as JSON Schema, draft 2020-12.
    public var jsonSchema: JSON {
        let head = JSON.object([
            "$schema": .string(Shape.dialect), "$id": .string("urn:linehaul:event:\(type.rawValue):\(EventEnvelope.version)"),
            "title": .string(type.rawValue), "description": .string(summary),
        ])
        return .object((head.members ?? []) + (Shape.object(envelope).jsonSchema.members ?? []))
    }

    /// Its data as JSON Schema, draft 2020-12: what a request to publish carries.
    public var dataSchema: JSON {
        let head = JSON.object([
            "$schema": .string(Shape.dialect), "title": .string("data of \(type.rawValue)"), "description": .string(summary),
        ])
        return .object((head.members ?? []) + (Shape.object(data).jsonSchema.members ?? []))
    }
}
