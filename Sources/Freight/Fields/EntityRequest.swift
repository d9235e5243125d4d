public import StreamCore

/// How a request's body means to change an entity.
public enum BodyMode: Hashable, Sendable {
    /// It makes a new one.
    case create
    /// It says all of it: what a request may give and this one leaves out, it loses.
    case replace
    /// It says what changes (RFC 7396): null takes away, absence leaves alone.
    case merge
}

extension Entity {
    /// What `self` becomes by a request's body, or everything that is wrong with it. Members that nobody knows are left alone.
    public func applying(_ body: JSON, _ mode: BodyMode) -> Result<Self, RequestProblems> {
        guard body.members != nil else { return .failure(RequestProblems([FieldProblem("body", "must be a JSON object")])) }
        var (next, problems) = (self, [FieldProblem]())
        let blank = Self.blank(id)
        for field in Self.fields {
            let given = field.value(in: body)
            switch field.giver {
            case .derived: continue
            case .command(let command):
                guard let given, given != .null else { continue }
                var wanted = next
                let isReadable: Void? = try? field.read(given, &wanted)
                if isReadable == nil || !field.isSame(wanted, self) {
                    problems.append(FieldProblem(field.name, "is set by \(command), not here; leave it out"))
                }
            case .required, .optional:
                guard let given, given != .null else {
                    let isTaken = given != nil || mode != .merge
                    if isTaken, field.giver == .required { problems.append(FieldProblem(field.name, "is required")) }
                    // The number that an entity has is not lost by leaving it out, and cannot be taken away.
                    if Self.kept.contains(field.name), mode != .create {
                        if given != nil { problems.append(FieldProblem(field.name, "cannot be taken away; leave it out or give another")) }
                        continue
                    }
                    if isTaken, field.giver == .optional { field.reset(&next, blank) }
                    continue
                }
                do throws(Complaint) {
                    try field.read(given, &next)
                } catch {
                    problems.append(FieldProblem(field.name, error.issue))
                }
            }
        }
        if problems.isEmpty { problems = next.contradictions }
        return problems.isEmpty ? .success(next) : .failure(RequestProblems(problems))
    }

    private static var kept: Set<String> { ["load_number"] }
}

/// Everything that is wrong with a request's body.
public struct RequestProblems: Error, Hashable, Sendable {
    /// The problems, in the order of the entity's members.
    public let problems: [FieldProblem]

    /// Those problems.
    public init(_ problems: [FieldProblem]) { self.problems = problems }
}
