internal import Freight
internal import Geodesy
internal import StreamCore

/// The way that a vehicle is to take with a load. Stored once a vehicle, when its watch begins.
struct PlannedRoute: Hashable, Sendable, Storable {
    let id: EntityID
    let load: EntityID?
    let way: Polyline
    /// How fast the plan means it to be driven, in metres a second.
    let pace: Double

    /// What a plan without a duration is taken to mean: 50 mph.
    static let usualPace = 50 * Earth.metersPerMile / 3_600

    init(id: EntityID, load: EntityID? = nil, way: Polyline, pace: Double = usualPace) {
        self.id = id
        self.load = load
        self.way = way
        self.pace = pace
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        id = try EntityID(from: &reader, version: version)
        load = try EntityID?(from: &reader, version: version)
        way = try Polyline(from: &reader, version: version)
        pace = try Double(from: &reader, version: version)
    }

    func store(into writer: inout ByteWriter) {
        id.store(into: &writer)
        load.store(into: &writer)
        way.store(into: &writer)
        pace.store(into: &writer)
    }

    var json: JSON { .object(["route_id": id.json, "load_id": load.json, "way": way.json]) }
}
