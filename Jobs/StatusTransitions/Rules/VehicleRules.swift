internal import Freight
internal import StreamCore

/// What may become of a vehicle by a command.
enum VehicleRules {
    /// A new vehicle.
    static func created(_ existing: Vehicle?, by command: Command) throws(Refusal) -> Vehicle {
        var body = command.body
        if let scope = command.principal.carrierID, body["carrier_id"] ?? .null == .null {
            body = body.with("carrier_id", .string("\(scope)"))
        }
        var vehicle: Vehicle = try CommandRules.created(existing, by: command, body)
        vehicle.status = try CommandRules.firstStatus(body, VehicleStatus.byHand, otherwise: .available)
        return vehicle
    }

    /// A vehicle after an update; on a load it stays with its carrier.
    static func updated(_ vehicle: Vehicle, held: Hold?, by command: Command) throws(Refusal) -> Vehicle {
        let next = try CommandRules.updated(vehicle, by: command, command.body)
        if next.carrierID != vehicle.carrierID, let held { throw .inUse(.vehicle, held, "moved to another carrier") }
        return next
    }

    /// A vehicle in another status, set by hand; nil where it has it already.
    static func moved(_ vehicle: Vehicle, held: Hold?, to status: VehicleStatus) throws(Refusal) -> Vehicle? {
        if status == vehicle.status { return nil }
        if let held { throw .inUse(.vehicle, held, "set to \(status.rawValue)") }
        guard VehicleStatus.byHand.contains(status) else {
            let names = VehicleStatus.byHand.map(\.rawValue).joined(separator: ", ")
            throw Refusal(
                409, "INVALID_STATUS_TRANSITION", "a vehicle becomes \(status.rawValue) by its load; by hand it becomes \(names)",
                details: [FieldProblem("status", "must be one of \(names)")])
        }
        var next = vehicle
        next.status = status
        return next
    }

    /// What a fix makes of a vehicle: nil where a newer one is known, which stays.
    static func located(_ vehicle: Vehicle, at fix: VehicleFix) -> Vehicle? {
        if let newest = vehicle.locatedAt, fix.time < newest { return nil }
        var next = vehicle
        next.currentLocation = fix.location
        next.locatedAt = fix.time
        next.speed = fix.speed ?? vehicle.speed
        next.heading = fix.heading ?? vehicle.heading
        next.fuelLevel = fix.fuelLevel ?? vehicle.fuelLevel
        next.odometer = fix.odometer ?? vehicle.odometer
        next.engineHours = fix.engineHours ?? vehicle.engineHours
        return next
    }
}

extension Refusal {
    /// 409: on a load, or about to be.
    static func inUse(_ type: EntityType, _ hold: Hold, _ what: String) -> Refusal {
        let name = type.rawValue.lowercased()
        let state = hold.isConfirmed ? "is on" : "is being assigned to"
        return Refusal(
            409, "\(type.rawValue)_IN_USE",
            "the \(name) \(state) load \(hold.loadID) and cannot be \(what) now; deliver or cancel that load first")
    }
}
