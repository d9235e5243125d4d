internal import Freight
internal import Geodesy
internal import StreamCore
internal import Wire

/// Reads VEHICLE_LOCATION_UPDATED. Other events of the topic, and tombstones, say nothing here.
struct FixDecoder: RecordDecoder {
    private let parser = JSONParser()
    private let projection = JSONProjection(
        "event_type", "data.vehicle_id", "entity_id", "data.location.latitude", "data.location.longitude", "data.accuracy", "data.speed",
        "data.heading", "data.odometer")

    mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> VehicleSignal? {
        let time = batch.time(index)
        return try unsafe batch.withValue(index) { value throws(DecodeFailure) -> VehicleSignal? in
            guard let value = unsafe value else { return nil }
            return try unsafe parser.project(projection, value) { fields throws(DecodeFailure) -> VehicleSignal? in
                guard fields.string(0) == EventType.vehicleLocationUpdated.rawValue else { return nil }
                guard let vehicle = fields.string(1) ?? fields.string(2) else { throw DecodeFailure("a location without a vehicle_id") }
                guard let latitude = fields.number(3), let longitude = fields.number(4), let place = GeoPoint(checking: latitude, longitude)
                else { throw DecodeFailure("a location whose latitude and longitude are no place on Earth") }
                let fix = Fix(
                    time: time, place: place, accuracy: max(0, fields.number(5) ?? 0),
                    speed: fields.number(6).map { $0 * Earth.metersPerMile / 3_600 }, heading: fields.number(7),
                    odometer: fields.number(8).map { $0 * Earth.metersPerMile })
                return VehicleSignal(EntityID(vehicle), .fix(fix))
            }
        }
    }
}
