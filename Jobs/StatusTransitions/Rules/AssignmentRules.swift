internal import Freight
internal import HoursOfService
internal import StreamCore

/// Who may take a load: what a vehicle and a driver say for themselves, and what the load decides once it has heard all three.
enum AssignmentRules {
    /// Whether a vehicle can be kept by an assignment: the facts that its load judges by. Asked again by the assignment that it is kept
    /// for, it says yes again.
    static func facts(of vehicle: Vehicle?, _ id: EntityID, held: Hold?, for saga: EntityID) throws(Refusal) -> JSON {
        guard let vehicle else { throw .notFound(.vehicle, id) }
        if held?.saga == saga { return vehicle.facts }
        guard held == nil, vehicle.status == .available else {
            let why = held.map { "\($0.isConfirmed ? "on" : "being assigned to") load \($0.loadID)" } ?? vehicle.status.rawValue
            throw Refusal(
                409, "VEHICLE_NOT_AVAILABLE", "vehicle \(vehicle.number) is \(why); choose one that is AVAILABLE",
                details: [FieldProblem("vehicle_id", "must be a vehicle that is AVAILABLE")])
        }
        return vehicle.facts
    }

    /// Whether a driver can be kept by an assignment, the same way.
    static func facts(
        of driver: Driver?, _ id: EntityID, held: Hold?, for saga: EntityID, hours: DriverHours?, trip: HoursRule.Trip?, now: EventTime
    ) throws(Refusal) -> JSON {
        guard let driver else { throw .notFound(.driver, id) }
        if held?.saga == saga { return driver.facts }
        if let held {
            throw Refusal(
                409, "DRIVER_ON_ANOTHER_LOAD",
                "driver \(driver.name) is \(held.isConfirmed ? "on" : "being assigned to") load \(held.loadID); choose one without a load",
                details: [FieldProblem("driver_id", "must be a driver without a load")])
        }
        guard driver.status == .available else {
            throw Refusal(
                409, "DRIVER_NOT_AVAILABLE", "driver \(driver.name) is \(driver.status.rawValue); choose one that is AVAILABLE",
                details: [FieldProblem("driver_id", "must be a driver that is AVAILABLE")])
        }
        if driver.isLicenseExpired(at: now) {
            throw Refusal(
                409, "LICENSE_EXPIRED",
                "the licence of driver \(driver.name) ended at \(driver.licenseExpiry?.rfc3339 ?? ""); renew it, or choose another driver",
                details: [FieldProblem("driver_id", "must be a driver whose licence holds")])
        }
        if let trip, let refusal = HoursRule.refusal(driver, hours: hours, trip: trip, now: now) { throw refusal }
        return driver.facts
    }

    /// Whether a carrier takes loads.
    static func check(_ carrier: Carrier?, _ id: EntityID) throws(Refusal) {
        guard let carrier else { throw .notFound(.carrier, id) }
        guard carrier.status == .active else {
            throw Refusal(
                409, "CARRIER_NOT_ACTIVE", "carrier \(carrier.name) is INACTIVE; make it ACTIVE, or choose another",
                details: [FieldProblem("carrier_id", "must be a carrier that is ACTIVE")])
        }
    }

    /// Whether a load may be given away at all.
    static func check(_ load: Load) throws(Refusal) {
        guard load.status == .created else {
            throw Refusal(
                409, "LOAD_NOT_CREATED", "the load is \(load.status.rawValue); only a CREATED load is assigned")
        }
    }

    /// What the load decides of what it has heard: nil is yes. All that speaks against it is in the details, the first in the message.
    static func refusal(_ load: Load, _ assignment: Assignment) -> Refusal? {
        var found: [Refusal] = []
        do throws(Refusal) { try check(load) } catch { found.append(error) }
        do throws(Refusal) { try CommandRules.version(load, assignment.command) } catch { found.append(error) }
        for answer in [assignment.carrier, assignment.vehicle, assignment.driver] {
            if case .no(let refusal) = answer { found.append(refusal) }
        }
        let carrier = assignment.request.carrierID
        if case .yes(let vehicle) = assignment.vehicle {
            if vehicle["carrier_id"]?.string != carrier.description {
                found.append(.anotherCarrier("vehicle", vehicle["vehicle_number"]?.string, carrier))
            }
            for (name, wanted, code) in [
                ("capacity_weight", load.weight, "WEIGHT_OVER_CAPACITY"), ("capacity_volume", load.volume, "VOLUME_OVER_CAPACITY"),
            ] {
                guard let wanted, let most = vehicle[name]?.number, wanted > most else { continue }
                found.append(.overCapacity(code, wanted, most))
            }
        }
        if case .yes(let driver) = assignment.driver, driver["carrier_id"]?.string != carrier.description {
            found.append(.anotherCarrier("driver", driver["name"]?.string, carrier))
        }
        guard let first = found.min(by: { $0.urgency < $1.urgency }) else { return nil }
        return Refusal(first.status, first.code, first.message, details: found.flatMap(\.details))
    }
}

extension Refusal {
    /// What is not there comes before what does not fit.
    fileprivate var urgency: Int {
        switch status {
        case 403: 0
        case 404: 1
        case 412: 2
        default: 3
        }
    }

    fileprivate static func anotherCarrier(_ what: String, _ name: String?, _ carrier: EntityID) -> Refusal {
        Refusal(
            409, "\(what.uppercased())_OF_ANOTHER_CARRIER",
            "\(what) \(name ?? "") is not carrier \(carrier)'s; choose one of that carrier's, or name the \(what)'s carrier",
            details: [FieldProblem("\(what)_id", "must be a \(what) of the carrier")])
    }

    fileprivate static func overCapacity(_ code: String, _ wanted: Double, _ most: Double) -> Refusal {
        let (what, unit) = code.hasPrefix("WEIGHT") ? ("weighs", "lb") : ("fills", "cubic feet")
        return Refusal(
            409, code, "the load \(what) \(JSON.number(wanted)) \(unit) and the vehicle takes \(JSON.number(most)); choose a larger one",
            details: [FieldProblem("vehicle_id", "must take \(JSON.number(wanted)) \(unit)")])
    }
}

extension Vehicle {
    /// What a load judges it by.
    fileprivate var facts: JSON {
        .object([
            "carrier_id": carrierID.json, "vehicle_number": .string(number), "capacity_weight": capacityWeight.map(JSON.number),
            "capacity_volume": capacityVolume.map(JSON.number),
        ])
    }
}

extension Driver {
    /// What a load judges the driver by.
    fileprivate var facts: JSON { .object(["carrier_id": carrierID.json, "name": .string(name)]) }
}
