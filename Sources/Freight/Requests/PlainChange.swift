internal import StreamCore

/// What a command makes of a thing that stands alone: nothing else has to agree, so its owner decides at once.
public enum PlainChange<Thing: Entity>: Sendable {
    /// It is now as the first says; before it was as the second says, or was not.
    case set(Thing, since: Thing?)
    /// It is no more.
    case removed(Thing)
    /// It is as the command asks already.
    case none(Thing)

    /// The change that a command means for what there is. `adjust` has the last word on a thing that is made or changed, and may refuse.
    public init(
        of thing: Thing?, by command: Command, adjust: (inout Thing) throws(Refusal) -> Void = { (_) throws(Refusal) in }
    ) throws(Refusal) {
        switch command.type {
        case .create:
            var next = try CommandRules.created(thing, by: command, command.body)
            try adjust(&next)
            self = .set(next.counted(after: nil, at: command.time), since: nil)
        case .update:
            let old = try CommandRules.subject(thing, of: command)
            var next = try CommandRules.updated(old, by: command, command.body)
            try adjust(&next)
            self = next == old ? .none(old) : .set(next.counted(after: old, at: command.time), since: old)
        case .delete: self = .removed(try CommandRules.subject(thing, of: command))
        case .status, .location, .assign, .replay, .publish: throw .unsupported(command)
        }
    }

    /// How the thing is after it; nil where it is no more.
    public var thing: Thing? {
        switch self {
        case .set(let next, _): next
        case .none(let same): same
        case .removed: nil
        }
    }

    /// What is answered to who asked for it.
    public func outcome(_ command: Command) -> Reply.Outcome {
        switch self {
        case .set(let next, let old):
            Reply.Outcome(
                status: old == nil ? 201 : 200, entityType: Thing.type, entityID: next.id, version: next.version, entity: next.text)
        case .none(let same):
            Reply.Outcome(status: 200, entityType: Thing.type, entityID: same.id, version: same.version, entity: same.text)
        case .removed(let thing): Reply.Outcome(status: 204, entityType: Thing.type, entityID: thing.id, version: thing.version + 1)
        }
    }

    /// The audit record that it leaves; nil where nothing changed.
    public func audit(of command: Command) -> AuditEntry? {
        switch self {
        case .set(let next, let old): AuditEntry(of: command, old == nil ? .create : .update, changes: next.changes(since: old))
        case .removed(let thing): AuditEntry(of: command, .delete, changes: thing.removal)
        case .none: nil
        }
    }
}

extension Entity {
    /// With the version and the times that follow those of what it was.
    fileprivate func counted(after old: Self?, at time: EventTime) -> Self {
        var next = self
        next.version = (old?.version ?? 0) + 1
        next.createdAt = old?.createdAt ?? time
        next.updatedAt = max(time, old?.updatedAt ?? time)
        return next
    }
}
