public import Wire

/// What kind of thing an event is about.
public enum EntityType: String, CaseIterable, Sendable, JSONWritable {
    case load = "LOAD"
    case vehicle = "VEHICLE"
    case driver = "DRIVER"
    case route = "ROUTE"
    case carrier = "CARRIER"
    case system = "SYSTEM"
    case user = "USER"
}
