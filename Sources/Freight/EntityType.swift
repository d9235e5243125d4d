internal import StreamCore
internal import Wire

/// What kind of thing an event is about.
public enum EntityType: String, WireEnum {
    case load = "LOAD"
    case vehicle = "VEHICLE"
    case driver = "DRIVER"
    case route = "ROUTE"
    case carrier = "CARRIER"
    case system = "SYSTEM"
    case user = "USER"

    /// Those that have an owner, which takes commands for them.
    public static let owned: [EntityType] = [.load, .vehicle, .driver, .carrier, .route]

    /// What many of it are called: in `tms.entities.<type>`, as a table, in lists.
    public var plural: String {
        switch self {
        case .load: "loads"
        case .vehicle: "vehicles"
        case .driver: "drivers"
        case .route: "routes"
        case .carrier: "carriers"
        case .system: "systems"
        case .user: "users"
        }
    }
}
