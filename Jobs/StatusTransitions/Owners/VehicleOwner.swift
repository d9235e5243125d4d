internal import Dataflow
internal import Freight
internal import KeyedState
internal import StreamCore
internal import Wire

/// What commands do to a vehicle.
extension Owners {
    func judge(vehicle command: Command, _ granted: [Grant], into out: inout Out) throws(StageFailure) -> Verdict {
        let held = try registry.holds.value(for: command.entityID)
        let vehicle = try registry.vehicles.value(for: command.entityID)
        let plan: Plan<Vehicle>
        do throws(Refusal) { plan = try Plan(vehicle, held: held, command) } catch { return .refused(error) }
        switch plan {
        case .create(let next):
            return try create(next, in: registry.vehicles, command, granted, into: &out) {
                $0.event(.vehicleCreated, on: command.occasion())
            }
        case .update(let vehicle, let next):
            return try update(next, after: vehicle, in: registry.vehicles, command, granted, into: &out) {
                $0.event(.vehicleUpdated, on: command.occasion())
            }
        case .delete(let vehicle):
            try registry.fixes.set(nil, for: vehicle.id)
            return try delete(vehicle, from: registry.vehicles, command, into: &out) { $0.event(.vehicleDeleted, on: command.occasion()) }
        case .stay(let vehicle): return unchanged(vehicle, command)
        case .move(let vehicle, .thing(let next, let time, let reason)):
            return try accept(next, after: vehicle, in: registry.vehicles, command, .statusChange, into: &out) {
                [$0.event(.vehicleStatusChanged, on: command.occasion(at: time), from: vehicle.status, reason: reason)]
            }
        case .locate(let vehicle, let fix): return try locate(vehicle, held: held, fix, command, into: &out)
        case .move, .assign: return .refused(.unsupported(command))
        }
    }

    /// A fix of a vehicle. An older one enters its history only; the same instant again is the same point and changes nothing.
    private func locate(
        _ vehicle: Vehicle, held: Hold?, _ fix: VehicleFix, _ command: Command, into out: inout Out
    ) throws(StageFailure) -> Verdict {
        guard try isNew(fix, of: vehicle.id) else { return unchanged(vehicle, command) }
        var fix = fix
        fix.loadID = fix.loadID ?? vehicle.currentLoadID
        if let held, held.isConfirmed { fix.driverID = fix.driverID ?? held.partnerID }
        let event = fix.event(of: vehicle.id, on: command.occasion())
        guard let next = VehicleRules.located(vehicle, at: fix) else {
            return log(event, about: vehicle, command, .locationUpdate, changes: fix.changes, into: &out)
        }
        return try accept(next, after: vehicle, in: registry.vehicles, command, .locationUpdate, into: &out) { _ in [event] }
    }

    /// Whether a fix of that instant has not been taken before.
    func isNew(_ fix: VehicleFix, of id: EntityID) throws(StageFailure) -> Bool {
        try registry.fixes.update(id) { slot throws(StageFailure) in
            var known = slot.value ?? RecentFixes()
            defer { slot.value = known }
            return known.add(fix.time)
        }
    }
}

extension VehicleFix {
    /// What an audit record says of a fix that left the snapshot as it was.
    var changes: RawJSON {
        RawJSON.object { json in
            json.object("history") { change in
                change.nullable("old", String?.none)
                change.object("new") {
                    $0.field("timestamp", time)
                    $0.field("location", location)
                }
            }
        }
    }
}
