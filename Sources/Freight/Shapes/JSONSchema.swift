public import StreamCore

extension Shape {
    /// The dialect that `jsonSchema` is written in.
    public static let dialect = "https://json-schema.org/draft/2020-12/schema"

    /// The shape as JSON Schema, draft 2020-12. It is what we write: that names are taken in any case of letters, it does not say.
    public var jsonSchema: JSON {
        switch self {
        case .any: .object([])
        case .bool: .object(["type": "boolean"])
        case .integer(let range):
            .object([
                "type": "integer", "minimum": range.lowerBound == .min ? nil : .integer(range.lowerBound),
                "maximum": range.upperBound == .max ? nil : .integer(range.upperBound),
            ])
        case .number(let range):
            .object([
                "type": "number", "minimum": range.least.map(JSON.number), "maximum": range.most.map(JSON.number),
                "exclusiveMaximum": range.below.map(JSON.number),
            ])
        case .amount:
            .object(["type": ["number", "string"], "minimum": 0, "pattern": #"^[0-9]+(\.[0-9]{1,2}0*)?$"#])
        case .text(let form): form.jsonSchema
        case .oneOf(let names): .object(["type": "string", "enum": .array(names.map(JSON.string))])
        case .list(let element): .object(["type": "array", "maxItems": .integer(Int64(Shape.mostElements)), "items": element.jsonSchema])
        case .object(let members): Shape.jsonSchema(members)
        }
    }

    private static func jsonSchema(_ members: [Member]) -> JSON {
        let required = members.filter(\.isRequired).map { JSON.string($0.name) }
        return .object([
            "type": "object", "required": required.isEmpty ? nil : .array(required),
            "properties": members.isEmpty ? nil : .object(members.map { JSON.Member($0.name, $0.jsonSchema) }),
        ])
    }
}

extension Shape.Member {
    /// What may stand under the name: null too, where nothing need.
    var jsonSchema: JSON {
        var members = shape.jsonSchema.members ?? []
        if !isRequired, let place = members.firstIndex(where: { $0.name == "type" }) {
            let types = members[place].value.array ?? [members[place].value]
            members[place] = JSON.Member("type", .array(types + ["null"]))
            if let names = members.firstIndex(where: { $0.name == "enum" }) {
                members[names] = JSON.Member("enum", .array((members[names].value.array ?? []) + [.null]))
            }
        }
        if let unit { members.append(JSON.Member("x-unit", .string(unit.rawValue))) }
        return .object(members)
    }
}

extension TextForm {
    /// The form as JSON Schema.
    var jsonSchema: JSON {
        switch self {
        case .any: .object(["type": "string", "maxLength": .integer(Int64(TextForm.longest))])
        case .words: .object(["type": "string", "maxLength": .integer(Int64(TextForm.longest)), "pattern": "[^ \\t]"])
        case .id: .object(["type": "string", "minLength": 1, "maxLength": 200])
        case .uuid:
            .object([
                "type": "string", "format": "uuid",
                "pattern": "^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$",
            ])
        case .instant: .object(["type": "string", "format": "date-time"])
        case .cycle: .object(["type": "string", "pattern": "^[0-9]{1,3}/[0-9]{1,2}$", "examples": ["70/8"]])
        case .timeOfDay: .object(["type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$", "examples": ["00:00"]])
        case .email: .object(["type": "string", "format": "email"])
        case .url:
            .object(["type": "string", "format": "uri", "pattern": "^[Hh][Tt][Tt][Pp][Ss]?://", "examples": ["https://example.com/hooks"]])
        case .signingSecret: .object(["type": "string", "pattern": "^whsec_[A-Za-z0-9+/]{32,86}={0,2}$", "writeOnly": true])
        case .version: .object(["type": "string", "pattern": "^1(\\.[0-9]+)*$", "examples": [.string(EventEnvelope.version)]])
        }
    }
}
