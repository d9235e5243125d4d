public import StreamCore
internal import Wire

/// Holds events against the catalog, straight from their bytes. Keep one per task; it is not for two threads at once.
///
/// One pass over an event finds every member that any type has; what is right costs no value in between. Only what is wrong is read once
/// more, to name all of it.
public struct EventValidator {
    private let parser = JSONParser()
    private let plan = ValidationPlan.whole

    /// A validator with a parser of its own.
    public init() {}

    /// Whether an event is right, on `topic` (nil: on any). At least 64 bytes behind `event` must be readable.
    public func accepts(_ event: UnsafeRawBufferPointer, on topic: String? = nil) throws(DecodeFailure) -> Bool {
        try unsafe parser.project(plan.projection, event) { fields throws(DecodeFailure) in plan.accepts(fields, on: topic) }
    }

    /// Everything that is wrong with an event on `topic` (nil: on any), each member with its rule; none where it is right. At least 64
    /// bytes behind `event` must be readable, as behind a record's value. Bytes that are no JSON are the failure.
    public func problems(in event: UnsafeRawBufferPointer, on topic: String? = nil) throws(DecodeFailure) -> [FieldProblem] {
        try unsafe accepts(event, on: topic) ? [] : EventValidator.problems(in: try unsafe parser.tree(event), on: topic)
    }

    /// The same of an event that has been read already.
    public static func problems(in event: JSON, on topic: String? = nil) -> [FieldProblem] {
        guard event.members != nil else { return [FieldProblem("event", "must be a JSON object")] }
        let name = event["event_type"]
        guard let type = name?.string.flatMap(EventType.init(rawValue:)), let schema = EventSchema.of(type) else {
            return [problem(inType: name, on: topic)]
        }
        var problems = Shape.object(schema.envelope).problems(in: event, at: "")
        if let topic, topic != schema.topic { problems.insert(FieldProblem("event_type", "belongs on \(schema.topic)"), at: 0) }
        return problems
    }

    /// What is wrong with an `event_type` that is none of the catalog's: it is missing, or not known on `topic`.
    static func problem(inType name: JSON?, on topic: String? = nil) -> FieldProblem {
        guard let name else { return FieldProblem("event_type", "is required") }
        let known = EventType.allCases.filter { topic == nil || $0.topic == topic }.map(\.rawValue)
        return FieldProblem("event_type", "\(name) is not known here; there are \(known.joined(separator: ", "))")
    }
}

/// The catalog as one projection to the members of all types, and for each type what has to stand where.
struct ValidationPlan: Sendable {
    let projection: JSONProjection
    private let checks: [(name: [UInt8], topic: String, members: [Check])]
    private let type: Int

    /// What has to stand at one path.
    struct Check: Sendable {
        let slot: Int
        let isRequired: Bool
        let shape: Shape
        /// The names of an enumeration in UTF-8.
        let names: [[UInt8]]
        let below: [Check]
    }

    /// That of the whole catalog; made once.
    static let whole = ValidationPlan(EventSchema.all)

    init(_ schemas: [EventSchema]) {
        var slots = Slots()
        checks = schemas.map { schema in
            (Array(schema.type.rawValue.utf8), schema.topic, schema.envelope.map { slots.check($0, below: []) })
        }
        type = slots.slot(of: ["event_type"])
        projection = JSONProjection(paths: slots.paths)
    }

    private struct Slots {
        private(set) var paths: [[String]] = []
        private var known: [[String]: Int] = [:]

        mutating func slot(of path: [String]) -> Int {
            if let slot = known[path] { return slot }
            known[path] = paths.count
            paths.append(path)
            return paths.count - 1
        }

        mutating func check(_ member: Shape.Member, below path: [String]) -> Check {
            let path = path + [member.name]
            var (names, below) = ([[UInt8]](), [Check]())
            if case .oneOf(let all) = member.shape { names = all.map { Array($0.utf8) } }
            if case .object(let members) = member.shape { below = members.map { check($0, below: path) } }
            return Check(slot: slot(of: path), isRequired: member.isRequired, shape: member.shape, names: names, below: below)
        }
    }

    /// Whether an event is of a type of that topic and has in every place what it should.
    func accepts(_ fields: borrowing JSONFields, on topic: String?) -> Bool {
        let found: Int?? = unsafe fields.withString(type) { name in
            checks.firstIndex { unsafe $0.name.count == name.count && name.elementsEqual($0.name) }
        }
        guard let found, let index = found, topic == nil || checks[index].topic == topic else { return false }
        for check in checks[index].members where !check.accepts(fields) { return false }
        return true
    }
}

extension ValidationPlan.Check {
    func accepts(_ fields: borrowing JSONFields) -> Bool {
        let kind = fields.kind(slot)
        if kind == .missing || kind == .null { return !isRequired }
        switch shape {
        case .any: return true
        case .bool: return kind == .bool
        case .integer(let range):
            if let whole = fields.integer(slot) { return range.contains(whole) }
            return fields.number(slot).flatMap { Int64(exactly: $0) }.map(range.contains) ?? false
        case .number(let range): return fields.number(slot).map(range.contains) ?? false
        case .amount:
            if let whole = fields.integer(slot) { return whole >= 0 && shape.issue(of: .integer(whole)) == nil }
            return (fields.number(slot).map(JSON.number) ?? fields.string(slot).map(JSON.string)).map { shape.issue(of: $0) == nil }
                ?? false
        case .text(let form): return unsafe fields.withString(slot) { unsafe form.issue(of: $0) == nil } ?? false
        case .oneOf: return unsafe fields.withString(slot) { text in names.contains { unsafe Self.same(text, $0) } } ?? false
        case .list(let element):
            if kind != .array { return false }
            let elements = unsafe try? fields.withText(slot) { text throws(DecodeFailure) in try unsafe JSON(parsing: text) }
            return elements.map { Shape.list(element).problems(in: $0, at: "").isEmpty } ?? false
        case .object:
            if kind != .object { return false }
            for member in below where !member.accepts(fields) { return false }
            return true
        }
    }

    /// Whether a text is an upper-case name but for the case of its letters.
    private static func same(_ text: UnsafeRawBufferPointer, _ name: [UInt8]) -> Bool {
        guard text.count == name.count else { return false }
        for place in name.indices {
            let byte = unsafe text[place]
            if byte != name[place], !(0x61...0x7a).contains(byte) || byte - 0x20 != name[place] { return false }
        }
        return true
    }
}
