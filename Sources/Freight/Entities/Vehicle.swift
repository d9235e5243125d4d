public import StreamCore

/// A truck or trailer of a carrier, where it is and what it is doing.
public struct Vehicle: Entity {
    public let id: EntityID
    /// Whose it is.
    public var carrierID = EntityID("")
    /// The number that people call it by; unique.
    public var number = ""
    /// What it is.
    public var vehicleType = VehicleType.truck
    /// Who built it.
    public var make: String?
    /// What its maker calls it.
    public var model: String?
    /// When it was built.
    public var year: Int?
    /// Its maker's number for it.
    public var vin: String?
    /// The plate on it.
    public var licensePlate: String?
    /// Pounds that it takes.
    public var capacityWeight: Double?
    /// Cubic feet that it takes.
    public var capacityVolume: Double?
    /// How long, wide and high it is, in feet.
    public var dimensions: Document?
    /// Whether it may carry dangerous goods.
    public var hazmatCertified = false
    /// What it is doing.
    public var status = VehicleStatus.available
    /// Where it was last seen.
    public var currentLocation: Location?
    /// When it was seen there.
    public var locatedAt: EventTime?
    /// Miles an hour, when it was last seen.
    public var speed: Double?
    /// Degrees from north, when it was last seen.
    public var heading: Double?
    /// Percent of the tank.
    public var fuelLevel: Double?
    /// Miles that it has gone.
    public var odometer: Double?
    /// Hours that its engine has run.
    public var engineHours: Double?
    /// When it is to be serviced next.
    public var nextMaintenanceDue: EventTime?
    /// The odometer at which it is to be serviced next.
    public var nextMaintenanceOdometer: Double?
    /// The engine hours at which it is to be serviced next.
    public var nextMaintenanceEngineHours: Double?
    /// The load that it is on.
    public var currentLoadID: EntityID?
    /// What others keep with it.
    public var metadata = Document.empty
    public var createdAt = EventTime.distantPast
    public var updatedAt = EventTime.distantPast
    public var version = 0

    public static let type = EntityType.vehicle
    public static func blank(_ id: EntityID) -> Vehicle { Vehicle(id: id) }
    public var owner: EntityID? { carrierID }
    public var contradictions: [FieldProblem] { [] }

    public static let fields: [Field<Vehicle>] = [
        .plain(1, "carrier_id", \.carrierID, checked: Check.uuid),
        .plain(2, "vehicle_number", \.number, checked: Check.notEmpty),
        .plain(3, "vehicle_type", \.vehicleType, aliases: ["type"]),
        .maybe(4, "make", \.make),
        .maybe(5, "model", \.model),
        .maybe(6, "year", \.year, checked: Check.year),
        .maybe(7, "vin", \.vin),
        .maybe(8, "license_plate", \.licensePlate),
        .maybe(9, "capacity_weight", \.capacityWeight, checked: Check.quantity),
        .maybe(10, "capacity_volume", \.capacityVolume, checked: Check.quantity),
        .maybe(11, "dimensions", \.dimensions),
        .plain(12, "hazmat_certified", \.hazmatCertified, .optional),
        .plain(13, "status", \.status, .derived),
        .maybe(14, "current_location", \.currentLocation),
        .maybe(15, "located_at", \.locatedAt, .derived),
        .maybe(16, "speed", \.speed, checked: Check.quantity),
        .maybe(17, "heading", \.heading, checked: Check.heading),
        .maybe(18, "fuel_level", \.fuelLevel, checked: Check.within(0...100)),
        .maybe(19, "odometer", \.odometer, aliases: ["mileage"], checked: Check.quantity),
        .maybe(20, "engine_hours", \.engineHours, checked: Check.quantity),
        .maybe(21, "next_maintenance_due", \.nextMaintenanceDue),
        .maybe(22, "next_maintenance_odometer", \.nextMaintenanceOdometer, checked: Check.quantity),
        .maybe(23, "next_maintenance_engine_hours", \.nextMaintenanceEngineHours, checked: Check.quantity),
        .maybe(24, "current_load_id", \.currentLoadID, .derived),
        .plain(25, "metadata", \.metadata, .optional, checked: Document.object),
        .plain(26, "created_at", \.createdAt, .derived),
        .plain(27, "updated_at", \.updatedAt, .derived),
        .plain(28, "version", \.version, .derived),
    ]
}
