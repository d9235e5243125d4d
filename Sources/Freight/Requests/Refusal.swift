public import StreamCore
public import Wire

/// Why a command was not accepted: the rule by its code, and in words with what would satisfy it. A command that is refused leaves
/// neither event nor audit record.
public struct Refusal: Error, Hashable, Sendable {
    /// The answer's status, as HTTP has it.
    public let status: Int
    /// The rule.
    public let code: String
    /// What is wrong and what would be right.
    public let message: String
    /// The members that are wrong, where it is about members.
    public let details: [FieldProblem]

    /// A refusal of those parts.
    public init(_ status: Int, _ code: String, _ message: String, details: [FieldProblem] = []) {
        self.status = status
        self.code = code
        self.message = message
        self.details = details
    }

    /// 422: the request itself is wrong.
    public static func invalid(_ problems: [FieldProblem]) -> Refusal {
        let first = problems.first.map { "\($0.field) \($0.issue)" } ?? "it is wrong"
        let others = problems.count > 1 ? ", and \(problems.count - 1) more" : ""
        return Refusal(422, "VALIDATION_ERROR", "the request is not valid: \(first)\(others)", details: problems)
    }

    /// 422 for one member.
    public static func invalid(_ field: String, _ issue: String) -> Refusal { invalid([FieldProblem(field, issue)]) }

    /// 404.
    public static func notFound(_ type: EntityType, _ id: EntityID) -> Refusal {
        Refusal(404, "\(type.rawValue)_NOT_FOUND", "there is no \(type.rawValue.lowercased()) \(id); give the id of one that exists")
    }
}

extension Refusal: JSONWritable, Storable {
    /// Appends the `error` member of a reply.
    public func writeJSON(into out: inout ByteWriter) {
        JSONWriter.object(into: &out) { json in
            json.field("code", code)
            json.field("message", message)
            json.array("details", of: details)
        }
    }

    public func store(into writer: inout ByteWriter) {
        writer.varint(UInt64(status))
        writer.text(code)
        writer.text(message)
        writer.varint(UInt64(details.count))
        for problem in details {
            writer.text(problem.field)
            writer.text(problem.issue)
        }
    }

    public init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        status = Int(truncatingIfNeeded: try reader.varint())
        code = try reader.text()
        message = try reader.text()
        var details: [FieldProblem] = []
        for _ in 0..<(try reader.count(ofAtLeast: 2)) { details.append(FieldProblem(try reader.text(), try reader.text())) }
        self.details = details
    }

    public var json: JSON {
        .object([
            "status": .integer(Int64(status)), "code": .string(code), "message": .string(message), "details": .array(details.map(\.json)),
        ])
    }
}
