internal import Dataflow
internal import Freight
internal import KeyedState
internal import StreamCore

/// A thing that holds grants by what it is: a number that is its alone, a place among a carrier's.
protocol GrantHolder: Entity {
    var grants: [Grant] { get }
}

extension Vehicle: GrantHolder {
    var grants: [Grant] { [.number(of: .vehicle, number), .membership(carrierID)] }
}

extension Driver: GrantHolder {
    var grants: [Grant] { [.number(of: .driver, licenseNumber), .membership(carrierID)] }
}

extension Load: GrantHolder {
    var grants: [Grant] { [.number(of: .load, number)] }
}

/// Things that hold grants, made, changed and removed.
extension Owners {
    /// Accepts a new thing once it has its grants.
    func create<Thing: GrantHolder>(
        _ next: Thing, in table: ValueState<EntityID, Thing>, _ command: Command, _ granted: [Grant], into out: inout Out,
        event: (Thing) -> BusinessEvent
    ) throws(StageFailure) -> Verdict {
        if let waits = Owners.missing(next.grants, [], granted) { return waits }
        return try accept(next, after: nil, in: table, command, .create, into: &out) { [event($0)] }
    }

    /// Accepts a changed thing once it has the grants that it did not have; it gives back those that it needs no more.
    func update<Thing: GrantHolder>(
        _ next: Thing, after old: Thing, in table: ValueState<EntityID, Thing>, _ command: Command, _ granted: [Grant],
        into out: inout Out, event: (Thing) -> BusinessEvent
    ) throws(StageFailure) -> Verdict {
        if next == old { return unchanged(old, command) }
        let (wanted, own) = (next.grants, old.grants)
        if let waits = Owners.missing(wanted, own, granted) { return waits }
        giveBack(own.filter { !wanted.contains($0) }, command, into: &out)
        return try accept(next, after: old, in: table, command, .update, into: &out) { [event($0)] }
    }

    /// Removes a thing; it gives back its grants.
    func delete<Thing: GrantHolder>(
        _ thing: Thing, from table: ValueState<EntityID, Thing>, _ command: Command, into out: inout Out, event: (Thing) -> BusinessEvent
    ) throws(StageFailure) -> Verdict {
        giveBack(thing.grants, command, into: &out)
        var gone = thing
        gone.version += 1
        return try remove(thing, from: table, command, event(gone), into: &out)
    }
}

/// Grants: asked for, given, taken back. A thing holds those of its own members, and those that its waiting commands have been given.
extension Owners {
    /// What a command has to wait for; nil for nothing.
    static func missing(_ wanted: [Grant], _ own: [Grant], _ granted: [Grant]) -> Verdict? {
        let new = wanted.filter { !own.contains($0) }
        return new.allSatisfy(granted.contains) ? nil : .needs(new)
    }

    /// Asks whoever gives a grant.
    func request(_ grant: Grant, for command: Command, into out: inout Out) {
        switch grant {
        case .number(let name):
            out.emit(.number(numberRequest(.claim, name, command)), at: command.time)
        case .membership(let carrier):
            send(command.message(.claim, to: carrier, .carrier, saga: command.id, .object(["grant": .string(grant.text)])), into: &out)
        case .key(let key, let digest):
            let body = JSON.object(["grant": .string(grant.text), "digest": digest.map(JSON.string)])
            send(command.message(.claim, to: key, .system, saga: command.id, body), into: &out)
        case .numbers: break
        }
    }

    /// Gives back what a thing has no more. A key stays used.
    func giveBack(_ grants: [Grant], _ command: Command, into out: inout Out) {
        for grant in grants {
            switch grant {
            case .number(let name): out.emit(.number(numberRequest(.release, name, command)), at: command.time)
            case .membership(let carrier): send(command.message(.leave, to: carrier, .carrier, saga: command.id), into: &out)
            case .key, .numbers: break
            }
        }
    }

    private func numberRequest(_ kind: NumberRequest.Kind, _ name: String, _ command: Command) -> NumberRequest {
        NumberRequest(kind, name, for: command.entityID, command.entityType, cause: command.id, time: command.time)
    }

    /// An answer to what was asked: the commands that wait for it go on, or are refused.
    func settleGrant(_ message: Message, into out: inout Out) throws(StageFailure) {
        guard let name = message.body["grant"]?.string else { return }
        let desk = try registry.desks.value(for: message.to)
        guard var desk, let grant = desk.wanted(name) else {
            // Whoever wanted it is gone. Unless the thing has it as its own by now, it goes back.
            if message.step == .granted { try returnUnwanted(message, name, into: &out) }
            return
        }
        let commands = desk.waiting(for: name)
        if message.step == .granted {
            if !desk.granted.contains(grant) { desk.granted.append(grant) }
            try registry.desks.set(desk, for: message.to)
            for command in commands { try carryOut(command, into: &out) }
        } else {
            let refusal = Refusal(message.body["error"]) ?? .numberTaken(name)
            for command in commands {
                try settle(command, command.refused(refusal), into: &out)
                try leaveDesk(command, into: &out)
            }
        }
    }

    /// A command waits no more. What became the thing's own is no longer the desk's; when nobody waits, the rest goes back.
    func leaveDesk(_ command: Command, into out: inout Out) throws(StageFailure) {
        guard var desk = try registry.desks.value(for: command.entityID) else { return }
        desk.remove(command.id)
        let own = try ownGrants(command.entityID, command.entityType)
        desk.granted.removeAll(where: own.contains)
        guard desk.isEmpty else { return try registry.desks.set(desk, for: command.entityID) }
        try registry.desks.set(nil, for: command.entityID)
        giveBack(desk.granted, command, into: &out)
    }

    private func returnUnwanted(_ message: Message, _ name: String, into out: inout Out) throws(StageFailure) {
        guard try !ownGrants(message.to, message.toType).contains(where: { $0.text == name }) else { return }
        if name.hasPrefix("N ") {
            let request = NumberRequest(
                .release, String(name.dropFirst(2)), for: message.to, message.toType, cause: message.cause, time: message.time)
            out.emit(.number(request), at: message.time)
        } else if name.hasPrefix("M ") {
            send(message.answer(.leave), into: &out)
        }
    }

    private func ownGrants(_ id: EntityID, _ type: EntityType) throws(StageFailure) -> [Grant] {
        switch type {
        case .load: try registry.loads.value(for: id)?.grants ?? []
        case .vehicle: try registry.vehicles.value(for: id)?.grants ?? []
        case .driver: try registry.drivers.value(for: id)?.grants ?? []
        default: []
        }
    }

    /// Someone claims what this owner gives: a place among a carrier's, or the use of a key.
    func claim(_ message: Message, into out: inout Out) throws(StageFailure) {
        let grant = JSON.Member("grant", message.body["grant"] ?? .null)
        guard message.toType == .carrier else {
            let isFree = try use(message.to, KeyUse(entityID: message.from, digest: message.body["digest"]?.string))
            let error = isFree ? nil : JSON.Member("error", Refusal.keyReused.json)
            return send(message.answer(isFree ? .granted : .taken, .object([grant] + [error].compactMap { $0 })), into: &out)
        }
        guard try registry.carriers.value(for: message.to) != nil else {
            let error = JSON.Member("error", Refusal.notFound(.carrier, message.to).json)
            return send(message.answer(.taken, .object([grant, error])), into: &out)
        }
        let member = "\(message.to) \(message.from)"
        if try registry.members.value(for: member) == nil {
            try registry.members.set(Membership(message.fromType), for: member)
            try registry.crews.update(message.to) { slot throws(StageFailure) in
                var crew = slot.value ?? Crew()
                crew.add(1, message.fromType)
                slot.value = crew
            }
        }
        send(message.answer(.granted, .object([grant])), into: &out)
    }

    /// Someone is a carrier's no more.
    func leave(_ message: Message) throws(StageFailure) {
        let member = "\(message.to) \(message.from)"
        guard let membership = try registry.members.value(for: member) else { return }
        try registry.members.set(nil, for: member)
        try registry.crews.update(message.to) { slot throws(StageFailure) in
            guard var crew = slot.value else { return }
            crew.add(-1, membership.type)
            slot.value = crew.isEmpty ? nil : crew
        }
    }
}
