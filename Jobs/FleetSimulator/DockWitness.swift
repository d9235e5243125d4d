internal import StreamCore

/// A perfect observer at the docks: when one truck comes to them, how long it is kept, when it drives off.
///
/// A truck that has delivered stands where its next load begins, so it leaves both of its stops at once.
struct DockWitness: Sendable {
    /// One call at a stop.
    struct Call: Sendable {
        let load: Load
        let stop: Stop
        let appointment: EventTime
        let arrived: EventTime
        /// The end of what is free.
        let free: EventTime
    }

    private(set) var calls: [Call] = []

    init() {}

    /// The truck is there.
    mutating func arrive(_ load: Load, at stop: Stop, _ now: EventTime) -> Call {
        let appointment = stop == .pickup ? load.pickupDue : load.deliveryDue
        let free = max(now, appointment).advanced(seconds: DockWitness.freeSeconds)
        let call = Call(load: load, stop: stop, appointment: appointment, arrived: now, free: free)
        calls.append(call)
        return call
    }

    /// The call at that stop, where there is one.
    func call(_ load: Load, at stop: Stop) -> Call? { calls.first { $0.load.id == load.id && $0.stop == stop } }

    /// The truck drives off: the calls that end so.
    mutating func leave() -> [Call] {
        defer { calls = [] }
        return calls
    }

    /// The load comes to nothing.
    mutating func forget(_ load: Load) { calls.removeAll { $0.load.id == load.id } }

    enum Stop: String { case pickup = "PICKUP", delivery = "DELIVERY" }

    private static let freeSeconds = 7_200.0
}

extension Truck {
    /// What a step of the load means at the dock: it is the truck's from its assignment on, and loaded or unloaded by the next.
    mutating func watchTheDock(_ step: Load.Step, of load: Load, at now: EventTime, into outbox: inout Outbox) {
        switch step {
        case .assigned:
            let call = dockWitness.arrive(load, at: .pickup, now)
            outbox.witness(line(.stopArrived, call, at: now))
        case .pickedUp: witnessDetention(of: load, at: .pickup, until: now, into: &outbox)
        case .delivered: witnessDetention(of: load, at: .delivery, until: now, into: &outbox)
        case .cancelled: dockWitness.forget(load)
        case .created, .inTransit, .delayed: break
        }
    }

    mutating func arriveAtTheDock(at now: EventTime, into outbox: inout Outbox) {
        guard let load else { return }
        let call = dockWitness.arrive(load, at: .delivery, now)
        outbox.witness(line(.stopArrived, call, at: now))
    }

    mutating func leaveTheDock(at now: EventTime, into outbox: inout Outbox) {
        for call in dockWitness.leave() { outbox.witness(line(.stopDeparted, call, at: now)) }
    }

    /// A detention that goes on at an instant: the load has not been served there yet.
    func detention(at now: EventTime) -> [TruthLine] {
        guard let load, let progress = load.progress, progress == .assigned || progress == .inTransit else { return [] }
        guard let call = dockWitness.call(load, at: progress == .assigned ? .pickup : .delivery), call.free < now else { return [] }
        return [line(.detention, call, at: call.free)]
    }

    private func witnessDetention(of load: Load, at stop: DockWitness.Stop, until now: EventTime, into outbox: inout Outbox) {
        guard let call = dockWitness.call(load, at: stop), call.free < now else { return }
        outbox.witness(line(.detention, call, at: call.free))
    }

    private func line(_ kind: TruthLine.Kind, _ call: DockWitness.Call, at now: EventTime) -> TruthLine {
        TruthLine(
            kind: kind, entity: member.vehicleID, at: now,
            facts: .object([
                "load_id": .string(call.load.id), "stop": .string(call.stop.rawValue), "appointment": .string(call.appointment.rfc3339),
                "arrived_at": kind == .stopArrived ? nil : .string(call.arrived.rfc3339),
            ]))
    }
}
