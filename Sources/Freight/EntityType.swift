internal import StreamCore
internal import Wire

/// What kind of thing an event or a command is about.
public enum EntityType: String, WireEnum {
    case load = "LOAD"
    case vehicle = "VEHICLE"
    case driver = "DRIVER"
    case route = "ROUTE"
    case carrier = "CARRIER"
    case system = "SYSTEM"
    case user = "USER"
    case apiKey = "API_KEY"
    case webhook = "WEBHOOK"
    case event = "EVENT"

    /// The fleet: those that the job `status-transitions` owns.
    public static let owned: [EntityType] = [.load, .vehicle, .driver, .carrier, .route]

    /// The topic of commands for it, which its owner reads; nil for what takes none.
    public var commandTopic: String? {
        switch self {
        case .load, .vehicle, .driver, .carrier, .route: "tms.commands"
        case .apiKey: "tms.commands.api_keys"
        case .webhook: "tms.commands.webhooks"
        case .event: "tms.commands.events"
        case .system, .user: nil
        }
    }

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
        case .apiKey: "api_keys"
        case .webhook: "webhooks"
        case .event: "events"
        }
    }
}
