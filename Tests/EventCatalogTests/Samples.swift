import Freight
import StreamCore
import StreamTesting
import Wire

/// Values of shapes, right and wrong, drawn at random.
struct Drawing {
    private var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    /// A value that is right.
    mutating func value(of shape: Shape) -> JSON {
        switch shape {
        case .any: [.null, .integer(7), .string("x"), .array([.bool(true)])].randomElement(using: &random) ?? .null
        case .bool: .bool(Bool.random(using: &random))
        case .integer(let range): .integer(Int64.random(in: max(range.lowerBound, -1_000)...min(range.upperBound, 3_000), using: &random))
        case .number(let range):
            .number(Double.random(in: (range.least ?? -1_000)..<(range.below ?? range.most ?? 1_000), using: &random))
        case .amount: Bool.random(using: &random) ? .integer(1_200) : .string("12.50")
        case .text(let form): .string(text(form))
        case .oneOf(let names):
            .string(names.randomElement(using: &random).map { Bool.random(using: &random) ? $0 : $0.lowercased() } ?? "")
        case .list(let element): .array((0..<Int.random(in: 0...3, using: &random)).map { _ in value(of: element) })
        case .object(let members):
            .object(
                members.compactMap { member in
                    if !member.isRequired, Bool.random(using: &random) {
                        return Bool.random(using: &random) ? nil : JSON.Member(member.name, .null)
                    }
                    return JSON.Member(member.name, value(of: member.shape))
                } + [JSON.Member("more", .integer(1))])
        }
    }

    private func text(_ form: TextForm) -> String {
        switch form {
        case .any: ""
        case .words: "some \u{e4} words"
        case .id: "id-1"
        case .uuid: "0191F6A0-7f0b-7a5e-9b4f-1f2d3c4b5a69"
        case .instant: "2026-11-23T08:00:00.5Z"
        case .cycle: "70/8"
        case .timeOfDay: "05:30"
        case .email: "name@example.com"
        case .version: "1.7"
        case .url: "https://example.com/hooks"
        case .signingSecret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8G"
        }
    }

    /// A right event of a type. Its own name is given exactly: programs compare it byte for byte.
    mutating func event(of schema: EventSchema) -> JSON {
        let members = value(of: .object(schema.envelope)).members ?? []
        return .object(members.map { $0.name == "event_type" ? JSON.Member($0.name, .string(schema.type.rawValue)) : $0 })
    }

    /// The value with something in it taken out, doubled or replaced.
    mutating func spoilt(_ value: JSON) -> JSON {
        guard var members = value.members, let place = members.indices.randomElement(using: &random) else { return junk() }
        let member = members[place]
        switch Int.random(in: 0..<5, using: &random) {
        case 0: members.remove(at: place)
        case 1: members.append(JSON.Member(member.name, junk()))
        case 2: members[place] = JSON.Member(member.name, junk())
        default: members[place] = JSON.Member(member.name, spoilt(member.value))
        }
        return .object(members)
    }

    private mutating func junk() -> JSON {
        let all: [JSON] = [
            .null, .bool(false), .integer(-1), .integer(.max), .number(1e300), .number(0.25), .number(1e19), .string(""),
            .string("NOWHERE"),
            .string("2026-13-01T00:00:00Z"), .string("a\u{0}b"), .array([]), .array([.integer(1)]),
            .object([JSON.Member("latitude", .integer(91))]),
            .string("0191f6a0-7f0b-7a5e-9b4f-1f2d3c4b5a6"), .string("99:99"), .string("2.0"),
        ]
        return all.randomElement(using: &random) ?? .null
    }
}

extension EventValidator {
    /// What one look at a record's value says.
    func accepts(record value: [UInt8], on topic: String? = nil) throws -> Bool {
        try unsafe value.withUnsafeBytes { bytes in
            try unsafe JSONParser.withPadding(bytes) { padded throws(DecodeFailure) in try unsafe accepts(padded, on: topic) }
        }
    }

    /// Everything that is wrong with an event, given as a value of a record.
    func problems(inRecord value: [UInt8], on topic: String? = nil) throws -> [FieldProblem] {
        try unsafe value.withUnsafeBytes { bytes in
            try unsafe JSONParser.withPadding(bytes) { padded throws(DecodeFailure) in try unsafe problems(in: padded, on: topic) }
        }
    }
}
