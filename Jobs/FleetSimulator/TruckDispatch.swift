internal import StreamCore

/// What becomes of the truck's load, said in the fleet's voice and witnessed.
extension Truck {
    /// The load comes to a step now.
    mutating func come(to step: Load.Step, at now: EventTime, into outbox: inout Outbox) {
        guard var carried = load else { return }
        let message = random.id(at: now)
        let from = carried.progress
        let arrival = next.advanced(seconds: 0.02)
        switch settings.voice {
        case .events: outbox.publish(carried.event(step, from: carried.status, id: message, by: member, at: now, arrival: arrival))
        case .commands:
            if let command = carried.command(step, id: message, by: member, at: now) { outbox.publish(command.record(arrival: arrival)) }
        }
        if step == .assigned, settings.voice == .commands, random.chance(settings.raceShare) {
            race(carried, with: message, at: now, arrival: arrival, into: &outbox)
        }
        _ = carried.come(to: step, event: message)
        load = carried
        if settings.voice == .events { outbox.publish(carried.snapshot(by: member, at: now, arrival: arrival)) }
        watchTheDock(step, of: carried, at: now, into: &outbox)
        if step == .delayed {
            outbox.witness(overdueLine(carried))
        } else {
            outbox.witness(
                line(.transition, carried, at: now, ["from": from.map { .string($0.rawValue) } ?? .null, "to": .string(step.rawValue)]))
        }
        follow(step, of: carried, at: now, into: &outbox)
    }

    /// That the load is past its time at an instant, before the truck's next step says so.
    func overdue(at now: EventTime) -> [TruthLine] {
        guard let load, isLate(load, at: now) else { return [] }
        return [overdueLine(load)]
    }

    /// Whether a load on its way is past its time, and nobody has said so.
    func isLate(_ load: Load, at now: EventTime) -> Bool {
        load.status?.isUnderWay ?? false && load.delayedFrom == nil && now >= load.deliveryDue
    }

    private func overdueLine(_ load: Load) -> TruthLine {
        line(.overdue, load, at: load.deliveryDue, ["due": .string(load.deliveryDue.rfc3339)])
    }

    /// The load's route goes along with it: planned before the assignment by command, or as its owner would have it.
    private mutating func follow(_ step: Load.Step, of load: Load, at now: EventTime, into outbox: inout Outbox) {
        switch settings.voice {
        case .commands:
            guard step == .created else { return }
            let planned = Route(of: load, for: member, now: now)
            let later = now.advanced(seconds: 1)
            outbox.publish(
                planned.command(id: random.id(at: later), at: later, correlation: load.correlation).record(
                    arrival: later.advanced(seconds: 0.02)))
        case .events:
            if step == .assigned {
                let planned = Route(of: load, for: member, now: now)
                outbox.publish(planned.event(id: random.id(at: now), at: now, correlation: load.correlation, causation: load.lastEvent))
                route = planned
            }
            if let standing = Route.Standing(after: step), let route { outbox.publish(route.snapshot(standing, at: now)) }
        }
    }

    /// The same assignment, asked for by others at the same instant: one of them all is accepted.
    private mutating func race(_ load: Load, with first: String, at now: EventTime, arrival: EventTime, into outbox: inout Outbox) {
        let rivals = (0..<random.integer(in: 1...4)).map { _ in random.id(at: now) }
        for rival in rivals { outbox.publish(load.assign(rival, to: member, at: now).record(arrival: arrival)) }
        outbox.witness(
            line(.race, load, at: now, ["command_ids": .array(([first] + rivals).map { .string($0) }), "accepted": .integer(1)]))
    }

    /// Another load is to go with this truck while it is on the road: refused, and cancelled.
    mutating func poach(into outbox: inout Outbox) {
        guard settings.voice == .commands, random.chance(settings.raceShare) else { return }
        let other = Load(number: nil, from: city, at: dock, now: next, settings: settings, using: &random)
        var now = next.advanced(seconds: 30)
        for step in [Load.Step.created, .assigned, .cancelled] {
            let id = random.id(at: now)
            if let command = other.command(step, id: id, by: member, at: now) {
                outbox.publish(command.record(arrival: now.advanced(seconds: 0.02)))
            }
            if step == .assigned {
                outbox.witness(line(.refused, other, at: now, ["command_id": .string(id), "code": .string("VEHICLE_NOT_AVAILABLE")]))
            } else {
                let from: JSON = step == .created ? .null : .string("CREATED")
                outbox.witness(line(.transition, other, at: now, ["from": from, "to": .string(step.rawValue)]))
            }
            now = now.advanced(seconds: 60)
        }
    }

    private func line(_ kind: TruthLine.Kind, _ load: Load, at now: EventTime, _ facts: KeyValuePairs<String, JSON?>) -> TruthLine {
        let named = JSON.object(facts).members ?? []
        return TruthLine(kind: kind, entity: load.id, at: now, facts: .object([JSON.Member("load_id", .string(load.id))] + named))
    }
}
