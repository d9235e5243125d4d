internal import Freight
internal import Geodesy
internal import StreamCore

/// Where a vehicle was, by its receiver. Metres, metres a second, degrees.
struct Fix: Hashable, Sendable, Storable {
    let time: EventTime
    let place: GeoPoint
    /// The bound of the error; 0 where the receiver does not say.
    var accuracy = 0.0
    var speed: Double?
    var heading: Double?
    /// What the vehicle has driven in all.
    var odometer: Double?

    init(time: EventTime, place: GeoPoint, accuracy: Double = 0, speed: Double? = nil, heading: Double? = nil, odometer: Double? = nil) {
        self.time = time
        self.place = place
        self.accuracy = accuracy
        self.speed = speed
        self.heading = heading
        self.odometer = odometer
    }

    /// A fix as an event tells it, in miles.
    init(_ fix: VehicleFix) {
        self.init(
            time: fix.time, place: GeoPoint(latitude: fix.location.latitude, longitude: fix.location.longitude),
            accuracy: max(0, fix.accuracy ?? 0), speed: fix.speed.map { $0 * Earth.metersPerMile / 3_600 }, heading: fix.heading,
            odometer: fix.odometer.map { $0 * Earth.metersPerMile })
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        time = try EventTime(from: &reader, version: version)
        place = try GeoPoint(from: &reader, version: version)
        accuracy = try Double(from: &reader, version: version)
        speed = try Double?(from: &reader, version: version)
        heading = try Double?(from: &reader, version: version)
        odometer = try Double?(from: &reader, version: version)
    }

    func store(into writer: inout ByteWriter) {
        time.store(into: &writer)
        place.store(into: &writer)
        accuracy.store(into: &writer)
        speed.store(into: &writer)
        heading.store(into: &writer)
        odometer.store(into: &writer)
    }

    var json: JSON {
        .object([
            "at": time.json, "latitude": .number(place.latitude), "longitude": .number(place.longitude),
            "accuracy_meters": .number(accuracy),
        ])
    }
}
