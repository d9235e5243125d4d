/// What can be listed and searched, each with the columns by which it can.
public enum Collection: String, CaseIterable, Hashable, Sendable {
    case loads
    case vehicles
    case drivers
    case carriers
    case routes

    /// The members of its entities that a query may name.
    public var columns: [Column] {
        switch self {
        case .loads: Collection.loadColumns
        case .vehicles: Collection.vehicleColumns
        case .drivers: Collection.driverColumns
        case .carriers: Collection.carrierColumns
        case .routes: Collection.routeColumns
        }
    }

    /// The columns whose words a text search looks at.
    public var searched: [Column] { columns.filter(\.isSearched) }

    /// The columns that say where a thing is.
    public var places: [Column] { columns.filter { $0.kind == .place } }

    /// The column of that name.
    public subscript(name: String) -> Column? { columns.first { $0.name == name } }

    private static let loadColumns: [Column] = [
        .init("id", .id), .init("load_number", .text, isSearched: true), .init("shipper_id", .text, isSearched: true),
        .init("consignee_id", .text, isSearched: true), .init("customer_id", .text, isSearched: true), .init("carrier_id", .id),
        .init("vehicle_id", .id), .init("driver_id", .id), .init("pickup_location", .place), .init("delivery_location", .place),
        .init("pickup_address", .text, isSearched: true), .init("delivery_address", .text, isSearched: true),
        .init("pickup_datetime", .instant), .init("delivery_datetime", .instant), .init("weight", .number), .init("volume", .number),
        .init("rate", .number), .init("commodity_type", .text, isSearched: true), .init("status", .name), .init("delivered_at", .instant),
        .init("eta", .instant), .init("created_at", .instant), .init("updated_at", .instant),
    ]

    private static let vehicleColumns: [Column] = [
        .init("id", .id), .init("carrier_id", .id), .init("vehicle_number", .text, isSearched: true), .init("vehicle_type", .name),
        .init("make", .text, isSearched: true), .init("model", .text, isSearched: true), .init("year", .number),
        .init("vin", .text, isSearched: true), .init("license_plate", .text, isSearched: true), .init("capacity_weight", .number),
        .init("capacity_volume", .number), .init("status", .name), .init("current_location", .place), .init("speed", .number),
        .init("fuel_level", .number), .init("odometer", .number), .init("engine_hours", .number), .init("next_maintenance_due", .instant),
        .init("current_load_id", .id), .init("created_at", .instant), .init("updated_at", .instant),
    ]

    private static let driverColumns: [Column] = [
        .init("id", .id), .init("carrier_id", .id), .init("name", .text, isSearched: true),
        .init("license_number", .text, isSearched: true), .init("license_class", .text), .init("license_expiry", .instant),
        .init("phone", .text, isSearched: true), .init("email", .text, isSearched: true), .init("status", .name),
        .init("current_location", .place), .init("current_load_id", .id), .init("created_at", .instant), .init("updated_at", .instant),
    ]

    private static let carrierColumns: [Column] = [
        .init("id", .id), .init("name", .text, isSearched: true), .init("mc_number", .text, isSearched: true),
        .init("dot_number", .text, isSearched: true), .init("status", .name), .init("created_at", .instant), .init("updated_at", .instant),
    ]

    private static let routeColumns: [Column] = [
        .init("id", .id), .init("load_id", .id), .init("vehicle_id", .id), .init("driver_id", .id), .init("carrier_id", .id),
        .init("status", .name), .init("strategy", .name), .init("distance_miles", .number), .init("duration_minutes", .number),
        .init("toll_cost", .number), .init("cost", .number), .init("departure_at", .instant), .init("created_at", .instant),
        .init("updated_at", .instant),
    ]
}

/// A member of an entity that queries may name: the same word on the wire and as a column of a table.
public struct Column: Hashable, Sendable {
    /// What its values are, and so how they compare.
    public enum Kind: Hashable, Sendable {
        /// An id: compared for equality.
        case id
        /// Text: sorted by its bytes.
        case text
        /// The name of an enumeration's value, in upper case.
        case name
        case number
        case instant
        /// Degrees, in a member with `latitude` and `longitude`.
        case place
    }

    /// The member's name.
    public let name: String
    /// What its values are.
    public let kind: Kind
    /// Whether a text search looks at it.
    public let isSearched: Bool

    init(_ name: String, _ kind: Kind, isSearched: Bool = false) {
        self.name = name
        self.kind = kind
        self.isSearched = isSearched
    }

    /// Whether lists can be sorted by it.
    public var isSortable: Bool { kind != .place }
}
