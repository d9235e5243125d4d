public import StreamCore

/// What holds for commands about things of every kind: whose they are, which version, what a body may say. Owners judge by it.
public enum CommandRules {
    /// The thing that a command is about, once it is known to exist, to be within the principal's limits and to have the version asked for.
    public static func subject<Thing: Entity>(_ thing: Thing?, of command: Command) throws(Refusal) -> Thing {
        guard let thing else { throw .notFound(Thing.type, command.entityID) }
        guard command.principal.mayChange(thingsOf: thing.owner) else { throw .foreign(Thing.type, command) }
        try version(thing, command)
        return thing
    }

    /// Refuses a command that was meant for another version.
    public static func version(_ thing: some Entity, _ command: Command) throws(Refusal) {
        if command.ifMatch.isEmpty || command.ifMatch.contains(thing.version) { return }
        let wanted = command.ifMatch.map { "\($0)" }.joined(separator: " or ")
        throw Refusal(
            412, "VERSION_MISMATCH",
            "version \(wanted) was expected and it is at version \(thing.version); read it again and send If-Match \"\(thing.version)\"")
    }

    /// What a create command makes.
    public static func created<Thing: Entity>(_ existing: Thing?, by command: Command, _ body: JSON) throws(Refusal) -> Thing {
        if existing != nil {
            throw Refusal(
                409, "\(Thing.type.rawValue)_EXISTS",
                "there is a \(Thing.type.rawValue.lowercased()) \(command.entityID) already; update it, or create one with another id")
        }
        if !command.ifMatch.isEmpty {
            throw Refusal(412, "VERSION_MISMATCH", "what is to be created has no version yet; leave If-Match out")
        }
        return try limited(try applied(body, .create, to: Thing.blank(command.entityID)), command)
    }

    /// What an update command makes of a thing.
    public static func updated<Thing: Entity>(_ thing: Thing, by command: Command, _ body: JSON) throws(Refusal) -> Thing {
        var problems: [FieldProblem] = []
        if body["status"] != nil { problems.append(FieldProblem("status", "is set by a status request, not here; leave it out")) }
        if let id = body["id"], id.string?.lowercased() != command.entityID.description {
            problems.append(FieldProblem("id", "must be \(command.entityID), or be left out"))
        }
        switch thing.applying(body, command.mode == .put ? .replace : .merge) {
        case .success(let next):
            if !problems.isEmpty { throw .invalid(problems) }
            return try limited(next, command)
        case .failure(let wrong): throw .invalid(problems + wrong.problems)
        }
    }

    /// The status that a new thing begins with, of those that it may.
    public static func firstStatus<Status: WireEnum>(_ body: JSON, _ allowed: [Status], otherwise: Status) throws(Refusal) -> Status {
        guard let given = body["status"], given != .null else { return otherwise }
        let names = allowed.map(\.rawValue).joined(separator: " or ")
        guard let status = try? Status.read(given), allowed.contains(status) else {
            throw .invalid("status", "must be \(names) at first")
        }
        return status
    }

    private static func applied<Thing: Entity>(_ body: JSON, _ mode: BodyMode, to thing: Thing) throws(Refusal) -> Thing {
        switch thing.applying(body, mode) {
        case .success(let next): return next
        case .failure(let wrong): throw .invalid(wrong.problems)
        }
    }

    private static func limited<Thing: Entity>(_ thing: Thing, _ command: Command) throws(Refusal) -> Thing {
        guard command.principal.mayChange(thingsOf: thing.owner) else { throw .foreign(Thing.type, command) }
        return thing
    }
}

extension Refusal {
    /// 403: another carrier's.
    public static func foreign(_ type: EntityType, _ command: Command) -> Refusal {
        let scope = command.principal.carrierID.map { "\($0)" } ?? "none"
        return Refusal(
            403, "FORBIDDEN",
            "this \(type.rawValue.lowercased()) is not carrier \(scope)'s; only that carrier's things can be changed with these credentials"
        )
    }

    /// 422: a command that nothing of its kind takes.
    public static func unsupported(_ command: Command) -> Refusal {
        Refusal(422, "UNSUPPORTED_COMMAND", "a \(command.entityType.rawValue.lowercased()) takes no \(command.type.rawValue) command")
    }
}
