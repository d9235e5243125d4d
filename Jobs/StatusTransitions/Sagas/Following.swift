internal import Freight
internal import StreamCore

/// What a load tells those that follow it: how far it has come, and with whom.
struct Following: Hashable {
    var progress: LoadStatus
    var loadID: EntityID
    var carrierID: EntityID?
    var vehicleID: EntityID?
    var driverID: EntityID?
    /// What its vehicle has gone since it set out.
    var miles: Double?
    /// How long it was on the way.
    var minutes: Double?

    init(_ load: Load, _ progress: LoadStatus) {
        self.progress = progress
        loadID = load.id
        carrierID = load.carrierID
        vehicleID = load.vehicleID
        driverID = load.driverID
    }

    init?(_ body: JSON) {
        guard let progress = body["status"]?.string.flatMap({ LoadStatus(rawValue: $0) }), let load = body["load_id"]?.string else {
            return nil
        }
        self.progress = progress
        loadID = EntityID(load)
        carrierID = body["carrier_id"]?.string.map { EntityID($0) }
        vehicleID = body["vehicle_id"]?.string.map { EntityID($0) }
        driverID = body["driver_id"]?.string.map { EntityID($0) }
        miles = body["miles"]?.number
        minutes = body["minutes"]?.number
    }

    var body: JSON {
        .object([
            "status": progress.json, "load_id": loadID.json, "carrier_id": carrierID?.json, "vehicle_id": vehicleID?.json,
            "driver_id": driverID?.json, "miles": miles.map(JSON.number), "minutes": minutes.map(JSON.number),
        ])
    }
}
