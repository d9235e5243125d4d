internal import StreamCore
internal import Wire

/// How far a load has come.
public enum LoadStatus: String, WireEnum {
    case created = "CREATED"
    case assigned = "ASSIGNED"
    case pickedUp = "PICKED_UP"
    case inTransit = "IN_TRANSIT"
    case delivered = "DELIVERED"
    case cancelled = "CANCELLED"
    case delayed = "DELAYED"

    /// Whether nothing follows it.
    public var isFinal: Bool { self == .delivered || self == .cancelled }

    /// Whether a vehicle and a driver are bound by a load of this status.
    public var holdsResources: Bool { !isFinal && self != .created }

    /// The event that says a load has come to it.
    public var eventType: EventType {
        switch self {
        case .created: .loadCreated
        case .assigned: .loadAssigned
        case .pickedUp: .loadPickedUp
        case .inTransit: .loadInTransit
        case .delivered: .loadDelivered
        case .cancelled: .loadCancelled
        case .delayed: .loadDelayed
        }
    }
}
