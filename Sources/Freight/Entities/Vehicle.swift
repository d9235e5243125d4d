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
        .plain(1, "carrier_id", \.carrierID, as: .uuid),
        .plain(2, "vehicle_number", \.number, as: .words),
        .plain(3, "vehicle_type", \.vehicleType, aliases: ["type"]),
        .maybe(4, "make", \.make),
        .maybe(5, "model", \.model),
        .maybe(6, "year", \.year, as: .year),
        .maybe(7, "vin", \.vin),
        .maybe(8, "license_plate", \.licensePlate),
        .maybe(9, "capacity_weight", \.capacityWeight, as: .quantity, in: .pounds),
        .maybe(10, "capacity_volume", \.capacityVolume, as: .quantity, in: .cubicFeet),
        .maybe(11, "dimensions", \.dimensions),
        .plain(12, "hazmat_certified", \.hazmatCertified, .optional),
        .plain(13, "status", \.status, .derived),
        .maybe(14, "current_location", \.currentLocation),
        .maybe(15, "located_at", \.locatedAt, .derived),
        .maybe(16, "speed", \.speed, as: .quantity, in: .milesPerHour),
        .maybe(17, "heading", \.heading, as: .heading, in: .degrees),
        .maybe(18, "fuel_level", \.fuelLevel, as: .percentage, in: .percent),
        .maybe(19, "odometer", \.odometer, aliases: ["mileage"], as: .quantity, in: .miles),
        .maybe(20, "engine_hours", \.engineHours, as: .quantity, in: .hours),
        .maybe(21, "next_maintenance_due", \.nextMaintenanceDue),
        .maybe(22, "next_maintenance_odometer", \.nextMaintenanceOdometer, as: .quantity, in: .miles),
        .maybe(23, "next_maintenance_engine_hours", \.nextMaintenanceEngineHours, as: .quantity, in: .hours),
        .maybe(24, "current_load_id", \.currentLoadID, .derived),
        .plain(25, "metadata", \.metadata, .optional, as: .document),
        .plain(26, "created_at", \.createdAt, .derived),
        .plain(27, "updated_at", \.updatedAt, .derived),
        .plain(28, "version", \.version, .derived),
    ]
}
