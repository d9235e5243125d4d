internal import Access
internal import Freight
internal import StreamCore

/// The OpenAPI 3.1 document of the routes.
enum OpenAPI {
    /// The document as text.
    static func document(version: String) -> [UInt8] { value(version: version).compact }

    static func value(version: String, routes: [Route] = Route.all) -> JSON {
        var paths: [(path: String, operations: [JSON.Member])] = []
        for route in routes {
            for (index, place) in route.places.enumerated() {
                let operation = JSON.Member(place.method.rawValue.lowercased(), operation(route, place, isAlias: index > 0))
                if let known = paths.firstIndex(where: { $0.path == place.path }) {
                    paths[known].operations.append(operation)
                } else {
                    paths.append((place.path, [operation]))
                }
            }
        }
        return .object([
            "openapi": "3.1.0", "jsonSchemaDialect": .string(Shape.dialect),
            "info": .object([
                "title": "Linehaul", "version": .string(version),
                "description": .string(
                    "Loads, vehicles, drivers, carriers and routes, and what happens to them. Pounds, cubic feet, miles, miles an hour, minutes, US "
                        + "gallons; money in US dollars with two places; instants as RFC 3339 in UTC; names of enumerations in any case of letters. "
                        + "A change is answered once it is durable and can be read here."),
            ]),
            "paths": .object(paths.map { JSON.Member($0.path, .object($0.operations)) }),
            "components": .object([
                "schemas": .object(entities.map { JSON.Member($0.name, $0.schema) } + [JSON.Member("Error", error)]),
                "securitySchemes": .object([
                    "bearer": .object(["type": "http", "scheme": "bearer"]),
                    "key": .object(["type": "apiKey", "in": "header", "name": "X-API-Key"]),
                ]),
            ]),
        ])
    }

    private static func operation(_ route: Route, _ place: (method: Route.Method, path: String), isAlias: Bool) -> JSON {
        let description = [route.note, route.right.map { "Needs the right to \($0.rawValue)." } ?? "Open to everybody."].filter {
            !$0.isEmpty
        }
        let responses =
            route.answers.map { JSON.Member("\($0.status)", answer($0, of: route)) }
            + route.refusals.map { JSON.Member("\($0)", refusal($0)) }
        return .object([
            "summary": .string(route.summary), "description": .string(description.joined(separator: " ")), "tags": [.string(route.group)],
            "operationId": .string(name(route, place, isAlias)), "deprecated": isAlias ? true : nil,
            "parameters": .array(parameters(route)),
            "requestBody": route.body.map { body in
                .object(["required": true, "content": .object(["application/json": .object(["schema": schema(of: body)])])])
            }, "responses": .object(responses),
            "security": route.right == nil ? nil : [.object([]), .object(["bearer": []]), .object(["key": []])],
        ])
    }

    /// `get_api_loads_id`.
    private static func name(_ route: Route, _ place: (method: Route.Method, path: String), _ isAlias: Bool) -> String {
        let words = place.path.split { "/{}.-".contains($0) }
        return ([place.method.rawValue.lowercased()] + words.map(String.init)).joined(separator: "_")
    }

    private static func parameters(_ route: Route) -> [JSON] {
        var all = route.pathNames.map { name in
            JSON.object(["name": .string(name), "in": "path", "required": true, "schema": Shape.uuid.jsonSchema])
        }
        all += route.parameters.map { parameter in
            .object([
                "name": .string(parameter.name), "in": "query", "description": .string(parameter.meaning),
                "schema": schema(of: parameter.form),
                "style": "form", "explode": false,
            ])
        }
        if route.traits.contains(.conditional) {
            all.append(
                header(
                    "If-Match",
                    "The version that is to be changed, as its ETag has it, or several of which it is one; another is refused with 412.",
                    #"^(W/)?"[0-9]{1,18}"(, (W/)?"[0-9]{1,18}"){0,3}$|^\*$"#))
        }
        if route.traits.contains(.repeatable) {
            all.append(
                header("Idempotency-Key", "Sent again with the same key, a request gets the same answer for 24 hours.", #"^[!-~]{1,255}$"#))
        }
        return all
    }

    private static func header(_ name: String, _ meaning: String, _ pattern: String) -> JSON {
        .object([
            "name": .string(name), "in": "header", "description": .string(meaning),
            "schema": .object(["type": "string", "pattern": .string(pattern)]),
        ])
    }

    private static func schema(of form: Parameter.Form) -> JSON {
        switch form {
        case .value(let shape): shape.jsonSchema
        case .duration: .object(["type": "string", "pattern": "^[1-9][0-9]{0,3}(s|m|h)$", "examples": ["5m"]])
        case .place:
            .object([
                "type": "string", "pattern": #"^-?[0-9]{1,2}(\.[0-9]{1,6})?,-?[0-9]{1,2}(\.[0-9]{1,6})?$"#, "examples": ["41.88,-87.63"],
            ])
        case .sort(let names):
            .object([
                "type": "array", "items": .object(["type": "string", "enum": .array(names.flatMap { [.string($0), .string("-\($0)")] })]),
            ])
        case .several(let shape): .object(["type": "array", "items": shape.jsonSchema])
        }
    }

    private static func schema(of body: BodyForm) -> JSON {
        var members = Shape.object(body.members).jsonSchema.members ?? []
        if !body.aliases.isEmpty {
            let text = body.aliases.map { "`\($0.name)` for `\($0.of)`" }.joined(separator: ", ")
            members.append(JSON.Member("description", .string("Names of the API's first version are taken too: \(text).")))
        }
        return .object(members)
    }

    private static func answer(_ answer: Route.Answer, of route: Route) -> JSON {
        let content: JSON? =
            switch answer.content {
            case .none: nil
            case .media(let type): .object([.init(type, .object(["schema": .object(["type": "string"])]))])
            default: .object(["application/json": .object(["schema": schema(of: answer.content)])])
            }
        return .object(["description": .string(answer.meaning), "content": content])
    }

    private static func schema(of content: Content) -> JSON {
        switch content {
        case .none, .media: .object([])
        case .shape(let shape): shape.jsonSchema
        case .entity(let type): reference(type)
        case .page(let type): page(type.plural, reference(type))
        case .pageOf(let name, let shape): page(name, shape.jsonSchema)
        }
    }

    private static func page(_ name: String, _ item: JSON) -> JSON {
        .object([
            "type": "object", "required": .array([.string(name), "total", "limit", "offset", "has_more"]),
            "properties": .object([
                JSON.Member(name, .object(["type": "array", "items": item])), JSON.Member("total", Shape.count.jsonSchema),
                JSON.Member("limit", Shape.count.jsonSchema), JSON.Member("offset", Shape.count.jsonSchema),
                JSON.Member("has_more", Shape.bool.jsonSchema),
            ]),
        ])
    }

    private static func reference(_ type: EntityType) -> JSON { .object(["$ref": .string("#/components/schemas/\(schemaName(type))")]) }

    private static func schemaName(_ type: EntityType) -> String {
        type.rawValue.split(separator: "_").map { $0.prefix(1) + $0.dropFirst().lowercased() }.joined()
    }

    private static func refusal(_ status: Int) -> JSON {
        .object([
            "description": .string(meanings[status] ?? "Refused."),
            "headers": status == 429 ? .object(["Retry-After": .object(["schema": .object(["type": "string"])])]) : nil,
            // The listener refuses a header before it knows of any request: that answer has a code and a message alone.
            "content": status == 431
                ? nil : .object(["application/json": .object(["schema": .object(["$ref": "#/components/schemas/Error"])])]),
        ])
    }

    private static let meanings = [
        401: "Nobody is logged in, or the credentials are not right.", 403: "Not allowed to this caller.", 404: "There is none of that id.",
        409: "Things stand otherwise: the code says which rule.", 412: "It has another version than `If-Match` asks for.",
        413: "The body is larger than 1 MiB.", 415: "The body is called something else than JSON.",
        422: "The request is wrong: `details` names every member and the rule it breaks.",
        429: "Too many requests; `Retry-After` says when to try again.", 431: "The target or the header is larger than is taken.",
        503: "What it takes is away at the moment; nothing was done.",
        504: "No answer in time; it may have been done.",
    ]

    private static var entities: [(name: String, schema: JSON)] {
        [
            (schemaName(.load), schema(Load.self)), (schemaName(.vehicle), schema(Vehicle.self)),
            (schemaName(.driver), schema(Driver.self, also: [.init("hours_remaining", .number, isRequired: true, unit: .hours)])),
            (schemaName(.carrier), schema(Carrier.self)), (schemaName(.route), schema(Freight.Route.self)),
            (schemaName(.apiKey), schema(APIKey.self, also: [.init("key", .text, isRequired: false)])),
            (schemaName(.webhook), schema(Webhook.self)),
        ]
    }

    /// An entity as answers have it: what it lacks is null.
    private static func schema<Thing: Entity>(_: Thing.Type, also others: [Shape.Member] = []) -> JSON {
        let members = [Shape.Member("id", .uuid, isRequired: true)] + Thing.fields.map(\.member) + others
        return Shape.object(members).jsonSchema
    }

    private static let error = Shape.object([
        .init(
            "error",
            .object([
                .init("code", .text, isRequired: true), .init("message", .text, isRequired: true),
                .init(
                    "details", .list(.object([.init("field", .text, isRequired: true), .init("issue", .text, isRequired: true)])),
                    isRequired: true),
                .init("correlation_id", .text, isRequired: true),
            ]), isRequired: true), .init("detail", .text, isRequired: true),
    ]).jsonSchema
}
