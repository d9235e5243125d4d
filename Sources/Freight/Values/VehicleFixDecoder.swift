internal import Geodesy
public import StreamCore
public import Wire

/// Reads VEHICLE_LOCATION_UPDATED as what its reader makes of the vehicle and the fix; an address is left out. Other events of the topic, and
/// tombstones, say nothing here.
public struct VehicleFixDecoder<Element: Sendable>: RecordDecoder {
    private let parser = JSONParser()
    private let projection = JSONProjection(
        "event_type", "data.vehicle_id", "entity_id", "data.location.latitude", "data.location.longitude", "data.speed", "data.heading",
        "data.accuracy", "data.altitude", "data.fuel_level", "data.odometer", "data.engine_hours", "data.driver_id", "data.load_id",
        "timestamp")
    private let clock: FixClock
    private let make: @Sendable (EntityID, VehicleFix) -> Element

    /// A decoder whose elements `make` makes of a vehicle's id and a fix of it, in the contract's units.
    public init(timedBy clock: FixClock = .record, _ make: @escaping @Sendable (_ vehicle: EntityID, _ fix: VehicleFix) -> Element) {
        self.clock = clock
        self.make = make
    }

    public mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> Element? {
        let time = batch.time(index)
        return try unsafe batch.withValue(index) { value throws(DecodeFailure) -> Element? in
            guard let value = unsafe value else { return nil }
            return try unsafe parser.project(projection, value) { fields throws(DecodeFailure) -> Element? in
                guard try fields.isEvent(.vehicleLocationUpdated) else { return nil }
                guard let vehicle = fields.id(1) ?? fields.id(2) else { throw DecodeFailure("a location without a vehicle_id") }
                if clock == .record { return make(vehicle, try fix(fields, at: time)) }
                guard let said = fields.instant(14) else { throw DecodeFailure("a location without a timestamp") }
                return make(vehicle, try fix(fields, at: said))
            }
        }
    }

    private func fix(_ fields: borrowing JSONFields, at time: EventTime) throws(DecodeFailure) -> VehicleFix {
        guard let latitude = fields.number(3), let longitude = fields.number(4), GeoPoint(checking: latitude, longitude) != nil else {
            throw DecodeFailure("a location whose latitude and longitude are no place on Earth")
        }
        var fix = VehicleFix(at: time, Location(latitude: latitude, longitude: longitude))
        (fix.speed, fix.heading, fix.accuracy, fix.altitude) = (fields.number(5), fields.number(6), fields.number(7), fields.number(8))
        (fix.fuelLevel, fix.odometer, fix.engineHours) = (fields.number(9), fields.number(10), fields.number(11))
        (fix.driverID, fix.loadID) = (fields.id(12), fields.id(13))
        return fix
    }
}

/// What a fix's instant is taken from.
public enum FixClock: Sendable {
    /// From its record's time, which streams are ordered by.
    case record
    /// From its envelope's `timestamp`, which makes it the same point however it came.
    case envelope
}

extension JSONFields {
    /// The id at a path; `nil` for anything else, an empty text too.
    public func id(_ index: Int) -> EntityID? {
        unsafe withString(index) { unsafe $0.isEmpty ? nil : EntityID(utf8: $0) } ?? nil
    }

    /// The instant at a path, an RFC 3339 text; `nil` for anything else.
    public func instant(_ index: Int) -> EventTime? { unsafe withString(index) { unsafe EventTime(rfc3339: $0) } ?? nil }
}
