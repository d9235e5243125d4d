internal import Freight
internal import StreamCore

/// What may become of a load.
enum LoadRules {
    /// A new load: CREATED, its history begun.
    static func created(_ existing: Load?, by command: Command) throws(Refusal) -> Load {
        var body = command.body
        if let status = body["status"]?.string, status.lowercased() != "pending" {
            _ = try CommandRules.firstStatus(body, [LoadStatus.created], otherwise: .created)
        }
        // Whoever may change one carrier's loads alone makes loads of that carrier.
        if let scope = command.principal.carrierID, body["carrier_id"] ?? .null == .null {
            body = body.with("carrier_id", .string("\(scope)"))
        }
        var load: Load = try CommandRules.created(existing, by: command, body)
        load.status = .created
        load.history = [StatusChange(status: .created, at: command.time, by: command.principal.userID)]
        return load
    }

    /// A load after an update. What was assigned stays with the carrier that it was assigned to.
    static func updated(_ load: Load, by command: Command) throws(Refusal) -> Load {
        let next = try CommandRules.updated(load, by: command, command.body)
        if next.carrierID != load.carrierID, load.status != .created {
            throw Refusal(
                409, "LOAD_ALREADY_ASSIGNED",
                "the load is \(load.status.rawValue) with its carrier, which stays; cancel it and create another for another carrier",
                details: [FieldProblem("carrier_id", "must stay as it is")])
        }
        return next
    }

    /// Refuses what the table of transitions does not have.
    static func check(_ load: Load, to status: LoadStatus) throws(Refusal) {
        let next = LoadTransitions.next(after: load.status, delayedFrom: load.delayedFrom)
        let names = next.map(\.rawValue).joined(separator: ", ")
        guard next.contains(status) else {
            let after = next.isEmpty ? "nothing follows it" : "what may follow is \(names)"
            throw Refusal(
                409, "INVALID_STATUS_TRANSITION", "a load that is \(load.described) does not become \(status.rawValue); \(after)",
                details: [FieldProblem("status", next.isEmpty ? "must stay \(load.status.rawValue)" : "must be one of \(names)")])
        }
        if status == .assigned, load.vehicleID == nil || load.driverID == nil {
            throw Refusal(
                409, "RESOURCES_REQUIRED",
                "a load becomes ASSIGNED with a carrier, a vehicle and a driver; assign them, and its status follows")
        }
    }

    /// The load in another status, its history one line longer.
    static func moved(_ load: Load, to status: LoadStatus, at instant: EventTime, by user: String?, reason: String?) -> Load {
        var next = load
        next.delayedFrom = status == .delayed ? load.status : nil
        next.status = status
        if status == .delivered { next.deliveredAt = instant }
        next.history.append(StatusChange(status: status, at: instant, by: user, reason: reason))
        return next
    }

    /// Refuses to delete a load that somebody works on.
    static func checkDeletion(_ load: Load) throws(Refusal) {
        guard load.status.holdsResources else { return }
        throw Refusal(
            409, "LOAD_IN_USE", "the load is \(load.status.rawValue); deliver or cancel it, then delete it")
    }
}

extension Load {
    /// Its status, and where it was delayed.
    var described: String { delayedFrom.map { "\(status.rawValue) since it was \($0.rawValue)" } ?? status.rawValue }

    /// How far its vehicle and driver have come with it: DELAYED is as far as it was before.
    var progress: LoadStatus { status == .delayed ? delayedFrom ?? .assigned : status }

    /// When it set out, the last time that it did.
    var departedAt: EventTime? { history.last { $0.status == .inTransit }?.at }
}

extension JSON {
    /// The object with one more member, which counts before one of the same name.
    func with(_ name: String, _ value: JSON) -> JSON { .object((members ?? []) + [Member(name, value)]) }
}
