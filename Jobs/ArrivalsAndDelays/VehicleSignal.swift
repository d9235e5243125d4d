internal import Freight
internal import Geodesy
internal import StreamCore

/// What a vehicle's task learns.
struct VehicleSignal: Storable {
    let vehicle: EntityID
    let content: Content

    enum Content: Sendable {
        case fix(Fix)
        /// The vehicle is on this trip from now on, or it has changed.
        case trip(Trip)
        /// The trip with this load is the vehicle's no more.
        case ended(EntityID)
        /// What the vehicle's driver has driven and rested; `nil` where that is not known.
        case hours(driver: EntityID, KnownHours?)
        /// When the vehicle is to be serviced; `nil` once it is gone.
        case upkeep(Upkeep?)
    }

    /// Of what is said for one instant, fixes count last.
    var rank: Int { if case .fix = content { 1 } else { 0 } }

    init(_ vehicle: EntityID, _ content: Content) {
        self.vehicle = vehicle
        self.content = content
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        vehicle = try EntityID(from: &reader, version: version)
        switch try reader.byte() {
        case 0: content = .fix(try Fix(from: &reader, version: version))
        case 1: content = .trip(try Trip(from: &reader, version: version))
        case 2: content = .ended(try EntityID(from: &reader, version: version))
        case 3:
            content = .hours(driver: try EntityID(from: &reader, version: version), try KnownHours?(from: &reader, version: version))
        case 4: content = .upkeep(try Upkeep?(from: &reader, version: version))
        case let kind: throw DecodeFailure("a vehicle's signal of kind \(kind); this program reads 0 to 4")
        }
    }

    func store(into writer: inout ByteWriter) {
        vehicle.store(into: &writer)
        switch content {
        case .fix(let fix):
            writer.byte(0)
            fix.store(into: &writer)
        case .trip(let trip):
            writer.byte(1)
            trip.store(into: &writer)
        case .ended(let load):
            writer.byte(2)
            load.store(into: &writer)
        case .hours(let driver, let hours):
            writer.byte(3)
            driver.store(into: &writer)
            hours.store(into: &writer)
        case .upkeep(let upkeep):
            writer.byte(4)
            upkeep.store(into: &writer)
        }
    }

    var json: JSON {
        switch content {
        case .fix(let fix): .object(["fix": fix.json])
        case .trip(let trip): .object(["trip": trip.json])
        case .ended(let load): .object(["ended": load.json])
        case .hours(let driver, _): .object(["hours_of": driver.json])
        case .upkeep(let upkeep): .object(["upkeep": upkeep.json])
        }
    }
}

/// Where a vehicle was, by its receiver, and what it had turned over.
struct Fix: Hashable, Sendable, Storable {
    let time: EventTime
    let place: GeoPoint
    /// The bound of the error in metres; 0 where the receiver does not say.
    var accuracy = 0.0
    var readings = Readings()

    init(time: EventTime, place: GeoPoint, accuracy: Double = 0, readings: Readings = Readings()) {
        self.time = time
        self.place = place
        self.accuracy = accuracy
        self.readings = readings
    }

    /// A fix as an event tells it.
    init(_ fix: VehicleFix) {
        self.init(
            time: fix.time, place: GeoPoint(latitude: fix.location.latitude, longitude: fix.location.longitude),
            accuracy: max(0, fix.accuracy ?? 0), readings: Readings(odometer: fix.odometer, engineHours: fix.engineHours))
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        time = try EventTime(from: &reader, version: version)
        place = try GeoPoint(from: &reader, version: version)
        accuracy = try Double(from: &reader, version: version)
        readings = try Readings(from: &reader, version: version)
    }

    func store(into writer: inout ByteWriter) {
        time.store(into: &writer)
        place.store(into: &writer)
        accuracy.store(into: &writer)
        readings.store(into: &writer)
    }

    var json: JSON { .object(["at": time.json, "place": place.json]) }
}
