internal import StreamCore
internal import Wire

/// What a vehicle is doing.
public enum VehicleStatus: String, WireEnum {
    case available = "AVAILABLE"
    case assigned = "ASSIGNED"
    case inTransit = "IN_TRANSIT"
    case maintenance = "MAINTENANCE"
    case outOfService = "OUT_OF_SERVICE"

    /// Those that a person may set; the others follow from a load.
    public static let byHand: [VehicleStatus] = [.available, .maintenance, .outOfService]
}

/// What a vehicle is.
public enum VehicleType: String, WireEnum {
    case truck = "TRUCK"
    case trailer = "TRAILER"
    case van = "VAN"
    case flatbed = "FLATBED"
    case refrigerated = "REFRIGERATED"
    case tanker = "TANKER"
    case container = "CONTAINER"
    case boxTruck = "BOX_TRUCK"
}
