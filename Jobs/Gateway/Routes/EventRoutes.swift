internal import Access
internal import Freight
internal import StreamCore
internal import Wire

extension Route {
    /// Events.
    static let events: [Route] = [publish, topics, recent, catalog, stream]

    private static let publish = Route(
        method: .post, path: "/api/events/publish", summary: "Publish an event",
        note: "The data is checked against its type's schema. Answered once the event is durable, with where it lies.", group: "events",
        right: .publish, body: .publication,
        answers: [
            .init(
                202,
                .shape(
                    .object([
                        .init("event_id", .uuid, isRequired: true), .init("topic", .text, isRequired: true),
                        .init("partition", .count, isRequired: true), .init("offset", .count, isRequired: true),
                    ])), "It is durable, there.")
        ], traits: [.repeatable, .logged],
        serve: { call, desk throws(Refusal) in
            if let carrier = call.principal.carrierID {
                throw Refusal(
                    403, "FORBIDDEN", "events are published by those who are limited to no carrier, and not by one of carrier \(carrier)")
            }
            try desk.change(call, .publish, of: .event, body: call.body)
        })

    private static let topics = Route(
        method: .get, path: "/api/events/topics", summary: "List the topics",
        note: "What they count is of all carriers: for those who are limited to none.", group: "events", right: .read,
        answers: [
            .init(
                200,
                .shape(
                    .object([
                        .init(
                            "topics",
                            .list(
                                .object([
                                    .init("name", .text, isRequired: true), .init("partitions", .count, isRequired: true),
                                    .init("records", .count, isRequired: true), .init("bytes", .count, isRequired: false),
                                    .init("rate_per_s", .number, isRequired: true),
                                    .init("status", .oneOf(["ACTIVE", "IDLE"]), isRequired: true),
                                    .init(
                                        "groups",
                                        .list(
                                            .object([
                                                .init("group", .text, isRequired: true), .init("members", .count, isRequired: true),
                                                .init("lag", .count, isRequired: true),
                                            ])), isRequired: true),
                                ])), isRequired: true)
                    ])), "Every topic that is not Linehaul's own affair.")
        ], traits: [.logged],
        serve: { call, desk throws(Refusal) in
            if let carrier = call.principal.carrierID {
                throw Refusal(403, "FORBIDDEN", "what topics count is of all carriers, and not for one of carrier \(carrier)")
            }
            desk.later(call) { () throws(Refusal) in call.answer(200, try desk.topicWatch.answer()) }
        })

    private static let recent = Route(
        method: .get, path: "/api/events/recent", summary: "List recent events",
        note: "The newest first, of those that this process still has; positions have their tracks instead.", group: "events", right: .read,
        parameters: [
            Parameter(
                "event_type", .several(.oneOf(EventType.allCases.map(\.rawValue))), "Of one of those types.", aliases: ["event_types"]),
            Parameter(
                "entity_type", .several(.oneOf(EventSchema.subjects.map(\.rawValue))), "About one of those types of things.",
                aliases: ["entity_types"]),
            Parameter("entity_id", .several(.id), "About one of those things.", aliases: ["entity_ids"]),
            Parameter("since", .instant, "Happened then or later."),
        ] + Paging.window, answers: [.init(200, .pageOf("events", .document), "A page of events.")],
        serve: { call, desk in
            let (query, limit, offset) = (call.query, Paging.limit(call.query), Paging.offset(call.query))
            desk.later(call) { () throws(Refusal) in
                let types = query.texts("event_type").map { Set($0) }
                let (kinds, ids) = (query.texts("entity_type").map { Set($0) }, query.texts("entity_id").map { Set($0) })
                let since = query.instant("since") ?? .distantPast
                let carrier = call.principal.carrierID.map { EntityID($0) }
                let found = desk.events.recent(limit: limit, offset: offset) { event in
                    (carrier == nil || event.carrier == carrier) && types?.contains(event.type) ?? true
                        && kinds?.contains(event.entityType) ?? true && ids?.contains(event.entityID) ?? true
                        && event.time >= since
                }
                call.answer(200, Paging.text(found.events.map(\.text), named: "events", found.total, limit, offset))
            }
        })

    private static let catalog = Route(
        method: .get, path: "/api/events/catalog", summary: "List the types of events", group: "events", right: .read,
        answers: [
            .init(
                200,
                .shape(
                    .object([
                        .init(
                            "events",
                            .list(
                                .object([
                                    .init("event_type", .text, isRequired: true), .init("topic", .text, isRequired: true),
                                    .init("entity_type", .text, isRequired: true), .init("schema", .document, isRequired: true),
                                ])), isRequired: true)
                    ])), "Every type, with the JSON Schema of its data.")
        ], serve: { call, _ in call.answer(200, catalogText) })

    private static let catalogText: [UInt8] = JSON.object([
        "events": .array(
            EventSchema.all.map { schema in
                .object([
                    "event_type": .string(schema.type.rawValue), "topic": .string(schema.topic),
                    "entity_type": .string((schema.entityTypes.first ?? .system).rawValue), "schema": schema.dataSchema,
                ])
            })
    ]).compact
}

extension BodyForm {
    /// An event that somebody outside says.
    static let publication: BodyForm = {
        let members: [Shape.Member] = [
            .init("event_type", .oneOf(EventType.allCases.map(\.rawValue)), isRequired: true),
            .init("entity_id", .id, isRequired: true),
            .init("entity_type", .oneOf(EventSchema.subjects.map(\.rawValue)), isRequired: false),
            .init("data", .document, isRequired: true), .init("timestamp", .instant, isRequired: false),
            .init("event_id", .uuid, isRequired: false), .init("severity", .oneOf(Severity.allCases.map(\.rawValue)), isRequired: false),
            .init("metadata", .document, isRequired: false),
        ]
        return BodyForm(members) { body in
            var problems = Shape.object(members).problems(in: body, at: "")
            guard let schema = body["event_type"]?.string.flatMap({ EventType(anyCase: $0) }).flatMap({ EventSchema.of($0) }) else {
                return problems
            }
            if let data = body["data"], data.members != nil { problems += schema.problems(inData: data) }
            if let name = body["entity_type"]?.string, let type = EntityType(anyCase: name), !schema.entityTypes.contains(type) {
                problems.append(
                    FieldProblem("entity_type", "must be \(schema.entityTypes.map(\.rawValue).joined(separator: " or ")) for this type"))
            }
            return problems
        }
    }()
}
