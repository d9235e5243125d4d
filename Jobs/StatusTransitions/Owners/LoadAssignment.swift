internal import Dataflow
internal import Freight
internal import KeyedState
internal import StreamCore

/// Assigning a load: a saga that the load alone decides.
///
/// It asks the vehicle and the driver to be kept for it and looks at the carrier. When all three have answered it confirms or releases,
/// in the epoch in which it decides. Whatever comes later about an assignment that is not the load's is answered with a release.
extension Owners {
    func assign(_ load: Load, _ request: AssignRequest, _ command: Command, into out: inout Out) throws(StageFailure) -> Verdict {
        if try registry.assignments.value(for: load.id) != nil { return .refused(.assignmentInProgress) }
        let minutes = try registry.ties.value(for: load.id)?.routeMinutes ?? load.estimatedTrip.minutes
        let trip = HoursRule.Trip(pickupAt: load.pickupAt, minutes: minutes)
        for (id, type, partner) in [
            (request.vehicleID, EntityType.vehicle, request.driverID), (request.driverID, .driver, request.vehicleID),
        ] {
            send(command.message(.reserve, to: id, type, saga: command.id, trip.body.with("partner_id", partner.json)), into: &out)
        }
        send(command.message(.look, to: request.carrierID, .carrier, saga: command.id), into: &out)
        try registry.assignments.set(Assignment(command, request), for: load.id)
        registry.reminders.set(Timer(command.id, at: out.moment.now.advanced(by: patience.assignWithin), by: .processingTime))
        return .waits
    }

    /// One of the three has answered.
    func hear(_ message: Message, into out: inout Out) throws(StageFailure) {
        guard var assignment = try registry.assignments.value(for: message.to), assignment.saga == message.saga else {
            if message.step == .reserved { try tell(message, into: &out) }
            return
        }
        assignment.take(
            message.step == .reserved ? .yes(message.body) : .no(Refusal(message.body["error"]) ?? .unanswered), from: message.fromType)
        guard assignment.isComplete else { return try registry.assignments.set(assignment, for: message.to) }
        try decide(assignment, of: message.to, into: &out)
    }

    private func decide(_ assignment: Assignment, of id: EntityID, into out: inout Out) throws(StageFailure) {
        let command = assignment.command
        try registry.assignments.set(nil, for: id)
        guard let load = try registry.loads.value(for: id) else { return try refuse(assignment, .notFound(.load, id), into: &out) }
        if let refusal = AssignmentRules.refusal(load, assignment) { return try refuse(assignment, refusal, into: &out) }
        var next = LoadRules.moved(load, to: .assigned, at: command.time, by: command.principal.userID, reason: nil)
        next.carrierID = assignment.request.carrierID
        next.vehicleID = assignment.request.vehicleID
        next.driverID = assignment.request.driverID
        var ties = try registry.ties.value(for: id) ?? LoadTies()
        ties.saga = assignment.saga
        try registry.ties.set(ties, for: id)
        let following = Following(next, .assigned).body
        var awaiting = [assignment.request.vehicleID, assignment.request.driverID]
        send(command.message(.confirm, to: assignment.request.vehicleID, .vehicle, saga: assignment.saga, following), into: &out)
        send(command.message(.confirm, to: assignment.request.driverID, .driver, saga: assignment.saga, following), into: &out)
        if let route = ties.routeID {
            send(command.message(.follow, to: route, .route, saga: command.id, following), into: &out)
            awaiting.append(route)
        }
        let verdict = try accept(next, after: load, in: registry.loads, command, .assign, awaiting: awaiting, into: &out) {
            [$0.event(.loadAssigned, on: command.occasion(), from: load.status)]
        }
        if case .done(let outcome, let awaiting) = verdict { try settle(command, outcome, awaiting: awaiting, into: &out) }
    }

    /// Lets go of all three, also of one that has not answered: it gets the release behind the request.
    private func refuse(_ assignment: Assignment, _ refusal: Refusal, into out: inout Out) throws(StageFailure) {
        let command = assignment.command
        for (id, type, answer) in [
            (assignment.request.vehicleID, EntityType.vehicle, assignment.vehicle),
            (assignment.request.driverID, .driver, assignment.driver),
        ] {
            if case .no = answer { continue }
            send(command.message(.release, to: id, type, saga: assignment.saga), into: &out)
        }
        try settle(command, command.refused(refusal), into: &out)
    }

    /// The clock says that an assignment has waited for too long.
    func giveUp(_ saga: EntityID, of load: EntityID, into out: inout Out) throws(StageFailure) {
        guard let assignment = try registry.assignments.value(for: load), assignment.saga == saga else { return }
        try registry.assignments.set(nil, for: load)
        try refuse(assignment, .unanswered, into: &out)
    }

    /// A vehicle or a driver that is kept wants to know what has become of it.
    func tell(_ message: Message, into out: inout Out) throws(StageFailure) {
        if try registry.assignments.value(for: message.to)?.saga == message.saga { return }
        let load = try registry.loads.value(for: message.to)
        guard let load, load.status.holdsResources, try registry.ties.value(for: message.to)?.saga == message.saga else {
            return send(message.answer(.release), into: &out)
        }
        send(message.answer(.confirm, Following(load, .assigned).body), into: &out)
        if load.progress == .inTransit { send(message.answer(.follow, Following(load, .inTransit).body), into: &out) }
    }

    /// A route has been planned for the load: it follows, in the place of an earlier one.
    func tie(_ message: Message, into out: inout Out) throws(StageFailure) {
        guard let load = try registry.loads.value(for: message.to) else { return }
        var ties = try registry.ties.value(for: load.id) ?? LoadTies()
        if load.status.isFinal {
            return send(message.answer(.follow, Following(load, .cancelled).body), into: &out)
        }
        if let earlier = ties.routeID, earlier != message.from {
            let end = Message(
                .follow, to: earlier, .route, from: load.id, .load, saga: message.saga, cause: message.cause, time: message.time,
                correlationID: message.correlationID, actor: message.actor, body: Following(load, .cancelled).body)
            send(end, into: &out)
        }
        ties.routeID = message.from
        ties.routeMinutes = message.body["minutes"]?.number
        try registry.ties.set(ties, for: load.id)
        if load.status != .created { send(message.answer(.follow, Following(load, load.progress).body), into: &out) }
    }
}

extension Refusal {
    /// 409: one assignment at a time.
    static var assignmentInProgress: Refusal {
        Refusal(409, "ASSIGNMENT_IN_PROGRESS", "another assignment of this load is in progress; ask again when it has been decided")
    }

    /// 504: the vehicle, the driver or the carrier has not answered in time.
    static var unanswered: Refusal {
        Refusal(
            504, "ASSIGNMENT_TIMED_OUT",
            "the vehicle, the driver or the carrier did not answer in time, and nothing was assigned; try again")
    }
}
