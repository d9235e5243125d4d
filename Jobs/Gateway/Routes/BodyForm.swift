internal import Freight
internal import StreamCore
internal import Wire

/// What a request's body has to be.
struct BodyForm: Sendable {
    /// Its members; others are passed over.
    let members: [Shape.Member]
    /// Other names of members: those of the API's first version.
    var aliases: [(name: String, of: String)] = []
    /// Everything that is wrong with a body; what the owner of a thing would say, said at once.
    let check: @Sendable (JSON) -> [FieldProblem]

    init(_ members: [Shape.Member], aliases: [(name: String, of: String)] = [], check: @escaping @Sendable (JSON) -> [FieldProblem]) {
        (self.members, self.aliases, self.check) = (members, aliases, check)
    }

    /// A body that is just those members.
    init(_ members: [Shape.Member]) {
        self.init(members) { body in Shape.object(members).problems(in: body, at: "") }
    }

    /// The body of an entity that is to be made: its table of fields.
    static func creating<Thing: Entity>(_: Thing.Type, prepared: @escaping @Sendable (JSON) -> JSON = { $0 }) -> BodyForm {
        BodyForm(members(of: Thing.self) { $0 == .required || $0 == .optional }, aliases: aliases(of: Thing.self)) { body in
            if case .failure(let wrong) = Thing.blank(EntityID("")).applying(prepared(body), .create) { return wrong.problems }
            return []
        }
    }

    /// The body of a change; what it comes to with what is there, the owner judges.
    static func changing<Thing: Entity>(_: Thing.Type, whole: Bool) -> BodyForm {
        let members = members(of: Thing.self) { $0 == .required || $0 == .optional }.map { member in
            Shape.Member(member.name, member.shape, isRequired: whole && member.isRequired, unit: member.unit)
        }
        return BodyForm(members, aliases: aliases(of: Thing.self)) { body in
            body.members == nil ? [FieldProblem("body", "must be a JSON object")] : []
        }
    }

    private static func members<Thing: Entity>(of _: Thing.Type, _ isWanted: (Field<Thing>.Giver) -> Bool) -> [Shape.Member] {
        Thing.fields.filter { isWanted($0.giver) }.map(\.member)
    }

    private static func aliases<Thing: Entity>(of _: Thing.Type) -> [(name: String, of: String)] {
        Thing.fields.flatMap { field in field.aliases.map { ($0, field.name) } }
    }

    /// Whether a body may be called that: JSON, or a kind of it such as `application/merge-patch+json`, whatever its parameters say.
    func takes(_ mediaType: String) -> Bool {
        let name = mediaType.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
        return name == "application/json" || name.hasPrefix("application/") && name.hasSuffix("+json")
    }

    /// Reads a body, or says everything that is wrong with it.
    func read(_ bytes: [UInt8]) throws(Refusal) -> JSON {
        let body: JSON
        do throws(DecodeFailure) {
            body = try JSON(parsing: bytes)
        } catch {
            throw Refusal(422, "INVALID_BODY", "the body is \(error.reason)", details: [FieldProblem("body", "must be a JSON object")])
        }
        let problems = check(body)
        if !problems.isEmpty { throw .invalid(problems) }
        return body
    }
}
