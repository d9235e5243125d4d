public import StreamCore

/// A planned way for a load; its status follows the load's.
public struct Route: Entity {
    public let id: EntityID
    /// The load that it is for.
    public var loadID: EntityID?
    /// The vehicle that takes it.
    public var vehicleID: EntityID?
    /// The driver who takes it.
    public var driverID: EntityID?
    /// Whose it is.
    public var carrierID: EntityID?
    /// How far it has come.
    public var status = RouteStatus.planned
    /// What it is the best by.
    public var strategy = RouteStrategy.distance
    /// Where it begins: a place's id or coordinates.
    public var origin: Document?
    /// Where it ends: a place's id or coordinates.
    public var destination: Document?
    /// What it calls at on the way.
    public var waypoints: [Document] = []
    /// The places that it goes through.
    public var path: [Document] = []
    /// Its parts.
    public var legs: [Document] = []
    /// A GeoJSON LineString.
    public var geometry: Document?
    /// How long it is.
    public var distanceMiles: Double?
    /// How long it takes.
    public var durationMinutes: Double?
    /// What its toll roads take.
    public var tollCost: Money?
    /// What it costs in all.
    public var cost: Money?
    /// Drives and rests.
    public var schedule: Document?
    /// When it begins.
    public var departureAt: EventTime?
    /// What the way was not to use: ids of segments and places, `tolls`.
    public var avoided: [Document] = []
    /// What restrictions were held against: height, weight, hazmat.
    public var profile: Document?
    /// Whether the order of its calls was free.
    public var optimizesOrder = false
    /// What others keep with it.
    public var metadata = Document.empty
    public var createdAt = EventTime.distantPast
    public var updatedAt = EventTime.distantPast
    public var version = 0

    public static let type = EntityType.route
    public static func blank(_ id: EntityID) -> Route { Route(id: id) }
    public var owner: EntityID? { carrierID }
    public var contradictions: [FieldProblem] { [] }

    public static let fields: [Field<Route>] = [
        .maybe(1, "load_id", \.loadID, as: .uuid),
        .maybe(2, "vehicle_id", \.vehicleID, as: .uuid),
        .maybe(3, "driver_id", \.driverID, as: .uuid),
        .maybe(4, "carrier_id", \.carrierID, as: .uuid),
        .plain(5, "status", \.status, .derived),
        .plain(6, "strategy", \.strategy, .optional),
        .maybe(7, "origin", \.origin),
        .maybe(8, "destination", \.destination),
        .plain(9, "waypoints", \.waypoints, .optional),
        .plain(10, "path", \.path, .optional),
        .plain(11, "legs", \.legs, .optional),
        .maybe(12, "geometry", \.geometry, as: .document),
        .maybe(13, "distance_miles", \.distanceMiles, as: .quantity, in: .miles),
        .maybe(14, "duration_minutes", \.durationMinutes, as: .quantity, in: .minutes),
        .maybe(15, "toll_cost", \.tollCost, in: .dollars),
        .maybe(16, "cost", \.cost, in: .dollars),
        .maybe(17, "schedule", \.schedule),
        .maybe(18, "departure_at", \.departureAt),
        .plain(19, "metadata", \.metadata, .optional, as: .document),
        .plain(20, "created_at", \.createdAt, .derived),
        .plain(21, "updated_at", \.updatedAt, .derived),
        .plain(22, "version", \.version, .derived),
        .plain(23, "avoid", \.avoided, .optional),
        .maybe(24, "vehicle", \.profile),
        .plain(25, "optimize_order", \.optimizesOrder, .optional),
    ]
}
