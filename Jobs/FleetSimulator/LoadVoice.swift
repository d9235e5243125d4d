internal import Freight
internal import Geodesy
internal import StreamCore

/// What is said of a load's steps, as an event of its owner's or as a command to it. Dispatch is not on the road: it arrives at once.
extension Load {
    /// The event of a step.
    func event(_ step: Step, from old: Step?, id event: String, by member: FleetMember, at now: EventTime, arrival: EventTime)
        -> SimulatedRecord
    {
        let envelope = Envelope(
            topic: SimulatedTopic.loads, type: "LOAD_\(step.rawValue)", entityType: "LOAD", entity: id, time: now,
            correlation: correlation, causation: lastEvent)
        return envelope.record(id: event, arrival: arrival) {
            $0.member("load_id", id)
            $0.member("load_number", number)
            $0.member("old_status", old?.rawValue)
            $0.member("new_status", step.rawValue)
            if step != .created, progress != .created {
                $0.member("carrier_id", member.carrierID)
                $0.member("vehicle_id", member.vehicleID)
                $0.member("driver_id", member.driverID)
            }
            $0.place("pickup_location", pickup, city: origin)
            $0.place("delivery_location", delivery, city: destination)
            $0.member("pickup_datetime", pickupDue)
            $0.member("delivery_datetime", deliveryDue)
            $0.member("weight", pounds)
            if step == .delivered { $0.member("delivered_at", now) }
        }
    }

    /// The load as its owner keeps it.
    func snapshot(by member: FleetMember, at now: EventTime, arrival: EventTime) -> SimulatedRecord {
        let value = ObjectWriter.object {
            $0.member("id", id)
            $0.member("load_number", number)
            if progress != .created, progress != .cancelled {
                $0.member("carrier_id", member.carrierID)
                $0.member("vehicle_id", member.vehicleID)
                $0.member("driver_id", member.driverID)
            }
            $0.place("pickup_location", pickup, city: origin)
            $0.place("delivery_location", delivery, city: destination)
            $0.member("pickup_datetime", pickupDue)
            $0.member("delivery_datetime", deliveryDue)
            $0.member("status", status?.rawValue)
            if status == .delayed { $0.member("delayed_from", delayedFrom?.rawValue) }
            $0.member("updated_at", now)
        }
        return SimulatedRecord(
            topic: SimulatedTopic.loadSnapshots, key: Array(id.utf8), value: value, headers: [], time: now, arrival: arrival)
    }

    /// The command that asks for a step; none for a delay, which is for the system to find.
    func command(_ step: Step, id command: String, by member: FleetMember, at now: EventTime) -> Command? {
        switch step {
        case .created: create(command, at: now)
        case .assigned: assign(command, to: member, at: now)
        case .pickedUp, .inTransit, .delivered, .cancelled:
            Command(command, .status, .load, id, at: now, correlation: correlation, ["status": .string(step.rawValue)])
        case .delayed: nil
        }
    }

    /// The command that gives the load to a truck.
    func assign(_ command: String, to member: FleetMember, at now: EventTime) -> Command {
        Command(
            command, .assign, .load, id, at: now, correlation: correlation,
            ["carrier_id": .string(member.carrierID), "vehicle_id": .string(member.vehicleID), "driver_id": .string(member.driverID)])
    }

    private func create(_ command: String, at now: EventTime) -> Command {
        Command(
            command, .create, .load, id, at: now, correlation: correlation,
            [
                "load_number": number.map { .string($0) }, "pickup_location": .place(pickup, origin),
                "delivery_location": .place(delivery, destination), "pickup_address": .string("Dock 1, \(origin.name), \(origin.state)"),
                "delivery_address": .string("Dock 2, \(destination.name), \(destination.state)"),
                "pickup_datetime": .string(pickupDue.rfc3339), "delivery_datetime": .string(deliveryDue.rfc3339),
                "weight": .integer(Int64(pounds)), "commodity_type": .string("General freight"),
            ])
    }
}
