public import StreamCore
public import Wire

/// A member of a request that breaks a rule, and the rule in words.
public struct FieldProblem: Hashable, Sendable, JSONWritable {
    /// The member, dotted where it is nested.
    public let field: String
    /// What it must be.
    public let issue: String

    /// A problem of that member.
    public init(_ field: String, _ issue: String) {
        self.field = field
        self.issue = issue
    }

    public func writeJSON(into out: inout ByteWriter) {
        JSONWriter.object(into: &out) { json in
            json.field("field", field)
            json.field("issue", issue)
        }
    }

    /// The problem as a value.
    public var json: JSON { .object(["field": .string(field), "issue": .string(issue)]) }
}
