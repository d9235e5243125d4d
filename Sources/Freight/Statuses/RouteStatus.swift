internal import StreamCore
internal import Wire

/// How far a route has come; it follows its load.
public enum RouteStatus: String, WireEnum {
    case planned = "PLANNED"
    case active = "ACTIVE"
    case completed = "COMPLETED"
    case cancelled = "CANCELLED"

    /// Whether nothing follows it.
    public var isFinal: Bool { self == .completed || self == .cancelled }
}

/// What a route is the best by.
public enum RouteStrategy: String, WireEnum {
    case distance = "DISTANCE"
    case time = "TIME"
    case cost = "COST"
    case fuel = "FUEL"
}

/// Whether a carrier takes loads.
public enum CarrierStatus: String, WireEnum {
    case active = "ACTIVE"
    case inactive = "INACTIVE"
}
