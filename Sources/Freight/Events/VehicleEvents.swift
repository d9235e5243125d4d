internal import StreamCore
internal import Wire

extension Vehicle {
    /// The event that it was made, changed, removed, or brought to another status.
    public func event(_ type: EventType, on occasion: Occasion, from old: VehicleStatus? = nil, reason: String? = nil) -> BusinessEvent {
        BusinessEvent(occasion.envelope(type, .vehicle, id, step: "\(version)")) { json in
            json.field("vehicle_id", id)
            json.field("vehicle_number", number)
            json.field("carrier_id", carrierID)
            json.field("vehicle_type", vehicleType)
            json.field("old_status", old)
            json.field("new_status", status)
            json.field("reason", reason)
            json.field("load_id", currentLoadID)
            json.field("current_location", currentLocation)
            json.field("odometer", odometer)
            json.field("version", version)
        }
    }
}

extension VehicleFix {
    /// The event that a vehicle was seen somewhere. Its id follows from vehicle and instant: the same point twice is one event.
    public func event(of vehicle: EntityID, on occasion: Occasion) -> BusinessEvent {
        var occasion = occasion
        occasion.time = time
        var envelope = occasion.envelope(.vehicleLocationUpdated, .vehicle, vehicle)
        envelope.eventID = .version7(at: time, Entropy(of: vehicle.utf8 + Array(" \(time.microseconds)".utf8)))
        return BusinessEvent(envelope) { json in
            json.field("vehicle_id", vehicle)
            json.field("driver_id", driverID)
            json.field("load_id", loadID)
            json.field("location", location)
            json.field("speed", speed)
            json.field("heading", heading)
            json.field("accuracy", accuracy)
            json.field("altitude", altitude)
            json.field("fuel_level", fuelLevel)
            json.field("odometer", odometer)
            json.field("engine_hours", engineHours)
        }
    }
}
