internal import Dataflow
internal import Freight
internal import KeyedState
internal import StreamCore

/// What commands do to a load. Assigning it is told in `LoadAssignment`.
extension Owners {
    func judge(load command: Command, _ granted: [Grant], into out: inout Out) throws(StageFailure) -> Verdict {
        let load = try registry.loads.value(for: command.entityID)
        let plan: Plan<Load>
        do throws(Refusal) { plan = try Plan(load, command) } catch { return .refused(error) }
        switch plan {
        case .create(let next): return try create(next, command, granted, into: &out)
        case .update(let load, let next): return try update(load, next, command, granted, into: &out)
        case .delete(let load): return try delete(load, command, into: &out)
        case .stay(let load): return unchanged(load, command)
        case .move(let load, .load(let request)): return try move(load, request, command, into: &out)
        case .assign(let load, let request): return try assign(load, request, command, into: &out)
        case .move, .locate: return .refused(.unsupported(command))
        }
    }

    private func create(_ next: Load, _ command: Command, _ granted: [Grant], into out: inout Out) throws(StageFailure) -> Verdict {
        var (next, granted) = (next, granted)
        if next.number.isEmpty {
            guard let number = try nextNumber(command, into: &out) else {
                return .needs([.numbers(LoadNumber.prefix(on: command.time))])
            }
            next.number = number
            granted += next.grants
        }
        return try create(next, in: registry.loads, command, granted, into: &out) {
            $0.event(.loadCreated, on: command.occasion(), from: nil)
        }
    }

    private func update(
        _ load: Load, _ next: Load, _ command: Command, _ granted: [Grant], into out: inout Out
    ) throws(StageFailure) -> Verdict {
        // What a driver has been asked the hours for stays until the load has decided.
        if next.pickupAt != load.pickupAt || next.estimatedTrip != load.estimatedTrip,
            try registry.assignments.value(for: load.id) != nil
        {
            return .refused(.assignmentInProgress)
        }
        return try update(next, after: load, in: registry.loads, command, granted, into: &out) {
            $0.event(.loadUpdated, on: command.occasion(), from: load.status)
        }
    }

    private func delete(_ load: Load, _ command: Command, into out: inout Out) throws(StageFailure) -> Verdict {
        if try registry.assignments.value(for: load.id) != nil { return .refused(.assignmentInProgress) }
        if let route = try registry.ties.value(for: load.id)?.routeID {
            send(command.message(.follow, to: route, .route, saga: command.id, Following(load, .cancelled).body), into: &out)
        }
        try registry.ties.set(nil, for: load.id)
        return try delete(load, from: registry.loads, command, into: &out) {
            $0.event(.loadDeleted, on: command.occasion(), from: load.status)
        }
    }

    /// Another status, and what follows from it for the vehicle, the driver and the route. The answer waits until they have followed, so
    /// that who reads them next sees it.
    private func move(
        _ load: Load, _ request: StatusRequest<LoadStatus>, _ command: Command, into out: inout Out
    ) throws(StageFailure) -> Verdict {
        let next = LoadRules.moved(
            load, to: request.status, at: request.time, by: command.principal.userID, reason: request.reason)
        let awaiting = try lead(next, from: load, command, at: request.time, into: &out)
        return try accept(next, after: load, in: registry.loads, command, .statusChange, awaiting: awaiting, into: &out) {
            let occasion = command.occasion(at: request.time)
            return [$0.event(next.status.eventType, on: occasion, from: load.status, reason: request.reason, at: request.location)]
        }
    }

    /// Tells the vehicle, the driver and the route how far their load has come; says whom to wait for.
    private func lead(
        _ next: Load, from load: Load, _ command: Command, at instant: EventTime, into out: inout Out
    ) throws(StageFailure) -> [EntityID] {
        guard var ties = try registry.ties.value(for: load.id), next.progress != load.progress || next.status.isFinal else { return [] }
        var awaiting: [EntityID] = []
        let following = Following(next, next.progress)
        if let saga = ties.saga, next.status.isFinal || next.progress == .inTransit {
            let step: Step = next.status.isFinal ? .release : .follow
            for (id, type) in [(load.vehicleID, EntityType.vehicle), (load.driverID, .driver)] {
                guard let id else { continue }
                send(command.message(step, to: id, type, saga: saga, at: instant, following.body), into: &out)
                awaiting.append(id)
            }
        }
        // A route ends with what its vehicle has gone, which the vehicle says when it is released.
        if let route = ties.routeID, next.status != .delivered || ties.saga == nil {
            send(command.message(.follow, to: route, .route, saga: command.id, at: instant, following.body), into: &out)
            awaiting.append(route)
        }
        if next.status.isFinal {
            ties.saga = nil
            if next.status == .cancelled { ties.routeID = nil }
            try registry.ties.set(ties.isEmpty ? nil : ties, for: load.id)
        }
        return awaiting
    }

    /// A vehicle, driver or route has followed. After a delivery the vehicle's miles end the route.
    func note(_ message: Message, into out: inout Out) throws(StageFailure) {
        let ties = try registry.ties.value(for: message.to)
        guard message.fromType == .vehicle, let route = ties?.routeID, var ties, let load = try registry.loads.value(for: message.to),
            load.status == .delivered, message.body["released"]?.bool == true
        else { return try followed(message, into: &out) }
        var following = Following(load, .delivered)
        following.miles = message.body["miles"]?.number
        if let departed = load.departedAt, let delivered = load.deliveredAt {
            following.minutes = Double(delivered.since(departed).microseconds) / 60_000_000
        }
        let end = Message(
            .follow, to: route, .route, from: load.id, .load, saga: message.saga, cause: message.cause, time: message.time,
            correlationID: message.correlationID, actor: message.actor, body: following.body)
        send(end, into: &out)
        ties.routeID = nil
        try registry.ties.set(ties.isEmpty ? nil : ties, for: load.id)
        try followed(message, then: route, into: &out)
    }
}
