/// What somebody is to the system: fixed sets of rights, by their names in API keys and tokens.
public enum Role: String, CaseIterable, Hashable, Sendable {
    /// Sees everything within its carrier.
    case viewer = "VIEWER"
    /// Also changes loads, routes, and the status and whereabouts of vehicles and drivers.
    case dispatcher = "DISPATCHER"
    /// One driver: sees itself, and says its own status, location and hours.
    case driver = "DRIVER"
    /// Everything: the fleet, keys, webhooks, operations.
    case admin = "ADMIN"

    /// The role of that name, in any case of letters.
    public init?(anyCase name: String) { self.init(rawValue: name.uppercased()) }

    /// The rights that come with it; a driver's hold for itself alone.
    public var rights: Set<Right> {
        switch self {
        case .viewer: [.read]
        case .dispatcher: [.read, .dispatch, .report]
        case .driver: [.read, .report]
        case .admin: Set(Right.allCases)
        }
    }
}
