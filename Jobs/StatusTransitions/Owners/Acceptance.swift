internal import Dataflow
internal import Freight
internal import KeyedState
internal import StreamCore

/// What an accepted change leaves: the thing's new row, its events, one audit record, its snapshot, and the answer.
extension Owners {
    /// Accepts a thing as a command makes it. `changes` says what the audit record does, where the thing's members do not.
    func accept<Thing: Entity>(
        _ next: Thing, after old: Thing?, in table: ValueState<EntityID, Thing>, _ command: Command, _ action: AuditAction,
        changes: RawJSON? = nil, awaiting: [EntityID] = [], into out: inout Out, events: (Thing) -> [BusinessEvent]
    ) throws(StageFailure) -> Verdict {
        let next = try store(next, after: old, in: table, at: command.time)
        for event in events(next) { out.emit(.event(event), at: event.envelope.timestamp) }
        audit(command, action, changes ?? next.changes(since: old), into: &out)
        let text = show(next, at: command.time, into: &out)
        return .done(command.outcome(next, text, status: old == nil ? 201 : 200), awaiting: awaiting)
    }

    /// Changes a thing as another thing's command asks: its own event and snapshot, and no audit record.
    func adapt<Thing: Entity>(
        _ next: Thing, after old: Thing, in table: ValueState<EntityID, Thing>, at time: EventTime, into out: inout Out,
        events: (Thing) -> [BusinessEvent]
    ) throws(StageFailure) {
        let next = try store(next, after: old, in: table, at: time)
        for event in events(next) { out.emit(.event(event), at: event.envelope.timestamp) }
        _ = show(next, at: time, into: &out)
    }

    /// Removes a thing: its row, its event, one audit record, a tombstone, and the answer.
    func remove<Thing: Entity>(
        _ thing: Thing, from table: ValueState<EntityID, Thing>, _ command: Command, _ event: BusinessEvent, into out: inout Out
    ) throws(StageFailure) -> Verdict {
        try table.set(nil, for: thing.id)
        out.emit(.event(event), at: event.envelope.timestamp)
        audit(command, .delete, thing.removal, into: &out)
        out.emit(.snapshot(Snapshot(type: Thing.type, id: thing.id, text: nil, version: thing.version + 1)), at: command.time)
        return .done(
            Reply.Outcome(status: 204, entityType: Thing.type, entityID: thing.id, version: thing.version + 1))
    }

    /// Something was done that leaves the thing as it is.
    func log<Thing: Entity>(
        _ event: BusinessEvent, about thing: Thing, _ command: Command, _ action: AuditAction, changes: RawJSON, into out: inout Out
    ) -> Verdict {
        out.emit(.event(event), at: event.envelope.timestamp)
        audit(command, action, changes, into: &out)
        return unchanged(thing, command)
    }

    /// A command that asks for what is: answered, and nothing else.
    func unchanged<Thing: Entity>(_ thing: Thing, _ command: Command) -> Verdict {
        .done(command.outcome(thing, thing.text, status: 200))
    }

    /// Says how the thing is that somebody changed in the database, so that its row says so too: what was refused there is put back.
    func showAgain(_ command: Command, into out: inout Out) throws(StageFailure) {
        let id = command.entityID
        func show(_ thing: (some Entity)?) {
            let snapshot = Snapshot(type: command.entityType, id: id, text: thing?.text, version: thing?.version ?? 0)
            out.emit(.snapshot(snapshot), at: command.time)
        }
        switch command.entityType {
        case .load: show(try registry.loads.value(for: id))
        case .vehicle: show(try registry.vehicles.value(for: id))
        case .driver: show(try registry.drivers.value(for: id))
        case .carrier: show(try registry.carriers.value(for: id))
        case .route: show(try registry.routes.value(for: id))
        case .system, .user, .apiKey, .webhook, .event: break
        }
    }

    private func store<Thing: Entity>(
        _ next: Thing, after old: Thing?, in table: ValueState<EntityID, Thing>, at time: EventTime
    ) throws(StageFailure) -> Thing {
        var next = next
        next.version = (old?.version ?? 0) + 1
        next.createdAt = old?.createdAt ?? time
        next.updatedAt = max(time, old?.updatedAt ?? time)
        try table.set(next, for: next.id)
        return next
    }

    private func show<Thing: Entity>(_ thing: Thing, at time: EventTime, into out: inout Out) -> RawJSON {
        let text = thing.text
        out.emit(.snapshot(Snapshot(type: Thing.type, id: thing.id, text: text, version: thing.version)), at: time)
        return text
    }

    private func audit(_ command: Command, _ action: AuditAction, _ changes: RawJSON, into out: inout Out) {
        out.emit(.audit(AuditEntry(of: command, action, changes: changes)), at: command.time)
    }
}

extension Command {
    /// The answer with a whole thing in it.
    func outcome(_ thing: some Entity, _ text: RawJSON, status: Int) -> Reply.Outcome {
        Reply.Outcome(status: status, entityType: entityType, entityID: entityID, version: thing.version, entity: text)
    }
}
