internal import Freight
internal import Geodesy
internal import StreamCore

/// A load that a vehicle and a driver are on, as its owner last said it is.
struct Trip: Hashable, Sendable, Storable {
    let load: EntityID
    /// The number that people call it by.
    let number: String
    let vehicle: EntityID
    let driver: EntityID
    let pickup: Stop
    let delivery: Stop
    /// How far it has come: while it is DELAYED, what it was before.
    let progress: LoadStatus
    let isDelayed: Bool
    /// The way from pickup to delivery, where one is planned.
    var way: PlannedWay?

    init(
        load: EntityID, number: String, vehicle: EntityID, driver: EntityID, pickup: Stop, delivery: Stop, progress: LoadStatus,
        isDelayed: Bool = false, way: PlannedWay? = nil
    ) {
        self.load = load
        self.number = number
        self.vehicle = vehicle
        self.driver = driver
        self.pickup = pickup
        self.delivery = delivery
        self.progress = progress
        self.isDelayed = isDelayed
        self.way = way
    }

    /// Whether it has been delivered.
    var isOver: Bool { progress == .delivered }

    subscript(end: TripEnd) -> Stop { end == .pickup ? pickup : delivery }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        load = try EntityID(from: &reader, version: version)
        number = try reader.text()
        vehicle = try EntityID(from: &reader, version: version)
        driver = try EntityID(from: &reader, version: version)
        pickup = try Stop(from: &reader, version: version)
        delivery = try Stop(from: &reader, version: version)
        progress = try LoadStatus(from: &reader, version: version)
        isDelayed = try Bool(from: &reader, version: version)
        way = try PlannedWay?(from: &reader, version: version)
    }

    func store(into writer: inout ByteWriter) {
        load.store(into: &writer)
        writer.text(number)
        vehicle.store(into: &writer)
        driver.store(into: &writer)
        pickup.store(into: &writer)
        delivery.store(into: &writer)
        progress.store(into: &writer)
        isDelayed.store(into: &writer)
        way.store(into: &writer)
    }

    var json: JSON {
        .object([
            "load_id": load.json, "vehicle_id": vehicle.json, "driver_id": driver.json, "status": progress.json,
            "delayed": .bool(isDelayed),
            "route_id": way?.route.json,
        ])
    }
}

/// Where a load is picked up or delivered.
enum TripEnd: UInt8, CaseIterable, Sendable {
    case pickup, delivery

    /// The name on the wire.
    var name: String { self == .pickup ? "PICKUP" : "DELIVERY" }
}

/// A place that a trip calls at, and when it is expected there.
struct Stop: Hashable, Sendable, Storable {
    let place: GeoPoint
    let appointment: EventTime

    init(_ place: GeoPoint, at appointment: EventTime) {
        self.place = place
        self.appointment = appointment
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        place = try GeoPoint(from: &reader, version: version)
        appointment = try EventTime(from: &reader, version: version)
    }

    func store(into writer: inout ByteWriter) {
        place.store(into: &writer)
        appointment.store(into: &writer)
    }

    var json: JSON { .object(["place": place.json, "appointment": appointment.json]) }
}

/// The way that a load is to take.
struct PlannedWay: Hashable, Sendable, Storable {
    let route: EntityID
    let line: Polyline
    /// How fast it is meant to be driven, in metres a second.
    let pace: Double

    init(_ route: EntityID, _ line: Polyline, pace: Double = TripRule.usualPace) {
        self.route = route
        self.line = line
        self.pace = pace
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        route = try EntityID(from: &reader, version: version)
        line = try Polyline(from: &reader, version: version)
        pace = try Double(from: &reader, version: version)
    }

    func store(into writer: inout ByteWriter) {
        route.store(into: &writer)
        line.store(into: &writer)
        pace.store(into: &writer)
    }

    var json: JSON { .object(["route_id": route.json, "line": line.json]) }
}
