public import StreamCore
internal import Wire

extension Vehicle {
    /// A vehicle as a change has left it, and what belongs to the change.
    struct Change: Sendable {
        let vehicle: Vehicle
        let old: VehicleStatus?
        let reason: String?

        /// What VEHICLE_CREATED, VEHICLE_UPDATED, VEHICLE_DELETED and VEHICLE_STATUS_CHANGED say.
        static let eventFields: [EventField<Change>] = [
            .required("vehicle_id", \.vehicle.id, as: .uuid),
            .optional("vehicle_number", \.vehicle.number),
            .optional("carrier_id", \.vehicle.carrierID, as: .uuid),
            .optional("vehicle_type", \.vehicle.vehicleType),
            .optional("old_status", \.old),
            .optional("new_status", \.vehicle.status),
            .optional("reason", \.reason),
            .optional("load_id", \.vehicle.currentLoadID, as: .uuid),
            .optional("current_location", \.vehicle.currentLocation),
            .optional("odometer", \.vehicle.odometer, as: .quantity, in: .miles),
            .optional("version", \.vehicle.version, as: .count),
        ]
    }

    /// The event that it was made, changed, removed, or brought to another status.
    public func event(_ type: EventType, on occasion: Occasion, from old: VehicleStatus? = nil, reason: String? = nil) -> BusinessEvent {
        BusinessEvent(
            occasion.envelope(type, .vehicle, id, step: "\(version)"), Change.eventFields,
            of: Change(vehicle: self, old: old, reason: reason))
    }
}

extension VehicleFix {
    /// Where a vehicle was seen.
    struct Sighting: Sendable {
        let vehicle: EntityID
        let fix: VehicleFix

        static let eventFields: [EventField<Sighting>] = [
            .required("vehicle_id", \.vehicle, as: .uuid),
            .optional("driver_id", \.fix.driverID, as: .uuid),
            .optional("load_id", \.fix.loadID, as: .uuid),
            .required("location", \.fix.location),
            .optional("speed", \.fix.speed, as: .quantity, in: .milesPerHour),
            .optional("heading", \.fix.heading, as: .heading, in: .degrees),
            .optional("accuracy", \.fix.accuracy, as: .quantity, in: .meters),
            .optional("altitude", \.fix.altitude, in: .feet),
            .optional("fuel_level", \.fix.fuelLevel, as: .percentage, in: .percent),
            .optional("odometer", \.fix.odometer, as: .quantity, in: .miles),
            .optional("engine_hours", \.fix.engineHours, as: .quantity, in: .hours),
        ]
    }

    /// The event that a vehicle was seen somewhere. Its id follows from vehicle and instant: the same point twice is one event.
    public func event(of vehicle: EntityID, on occasion: Occasion) -> BusinessEvent {
        var occasion = occasion
        occasion.time = time
        var envelope = occasion.envelope(.vehicleLocationUpdated, .vehicle, vehicle)
        envelope.eventID = .version7(at: time, Entropy(of: vehicle.utf8 + Array(" \(time.microseconds)".utf8)))
        return BusinessEvent(envelope, Sighting.eventFields, of: Sighting(vehicle: vehicle, fix: self))
    }
}

/// That a vehicle is to be serviced: what VEHICLE_MAINTENANCE_DUE says.
public struct MaintenanceDue: Hashable, Sendable {
    /// By what it is due.
    public enum Reason: String, WireEnum {
        case odometer = "ODOMETER"
        case engineHours = "ENGINE_HOURS"
        case date = "DATE"
    }

    /// Which vehicle.
    public var vehicleID: EntityID
    /// By what it is due.
    public var reason: Reason
    /// The odometer, in miles.
    public var odometer: Double?
    /// The engine's hours.
    public var engineHours: Double?
    /// The odometer at which it is due.
    public var dueOdometer: Double?
    /// The engine hours at which it is due.
    public var dueEngineHours: Double?
    /// The date on which it is due.
    public var dueAt: EventTime?

    /// Due for that reason; the figures are set behind.
    public init(_ vehicle: EntityID, by reason: Reason) {
        vehicleID = vehicle
        self.reason = reason
    }

    static let eventFields: [EventField<MaintenanceDue>] = [
        .required("vehicle_id", \.vehicleID, as: .uuid),
        .optional("reason", \.reason),
        .optional("odometer", \.odometer, as: .quantity, in: .miles),
        .optional("engine_hours", \.engineHours, as: .quantity, in: .hours),
        .optional("next_maintenance_odometer", \.dueOdometer, as: .quantity, in: .miles),
        .optional("next_maintenance_engine_hours", \.dueEngineHours, as: .quantity, in: .hours),
        .optional("next_maintenance_due", \.dueAt),
    ]

    /// The event that says so.
    public func event(on occasion: Occasion) -> BusinessEvent {
        BusinessEvent(
            occasion.envelope(.vehicleMaintenanceDue, .vehicle, vehicleID, severity: .warning), MaintenanceDue.eventFields, of: self)
    }
}
