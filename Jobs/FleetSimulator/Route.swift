internal import Geodesy
internal import StreamCore

/// The way that a truck is to take with a load, planned as a line whose chords stay within ten metres of the great circle.
struct Route: Sendable {
    let id: String
    private let load: String
    private let member: FleetMember
    private let line: [GeoPoint]
    private let miles: Double
    private let created: EventTime

    /// What has become of a route; on the wire.
    enum Standing: String, Sendable {
        case planned = "PLANNED"
        case active = "ACTIVE"
        case completed = "COMPLETED"
        case cancelled = "CANCELLED"
    }

    /// The route of a load's truck, planned now.
    init(id: String, of load: Load, for member: FleetMember, now: EventTime) {
        let path = GreatCircle(from: load.pickup, to: load.delivery)
        let pieces = max(1, Int((path.length / 20_000).rounded(.up)))
        self.id = id
        self.load = load.id
        self.member = member
        line = (0...pieces).map { path.point(travelled: path.length * Double($0) / Double(pieces)) }
        miles = path.length / Earth.metersPerMile
        created = now
    }

    /// ROUTE_OPTIMIZED, delivered at once.
    func event(id: String, at now: EventTime, correlation: String, causation: String?) -> SimulatedRecord {
        let envelope = Envelope(
            topic: SimulatedTopic.routes, type: "ROUTE_OPTIMIZED", entityType: "ROUTE", entity: self.id, time: now,
            correlation: correlation, causation: causation)
        return envelope.record(id: id, arrival: now.advanced(seconds: 0.03)) {
            $0.member("route_id", self.id)
            members(.planned, into: &$0)
        }
    }

    /// The route as its owner keeps it.
    func snapshot(_ standing: Standing, at now: EventTime) -> SimulatedRecord {
        let value = ObjectWriter.object(capacity: 2_048) {
            members(standing, into: &$0)
            $0.member("created_at", created)
            $0.member("updated_at", now)
        }
        return SimulatedRecord(
            topic: SimulatedTopic.routeSnapshots, key: Array(id.utf8), value: value, headers: [], time: now,
            arrival: now.advanced(seconds: 0.03))
    }

    private func members(_ standing: Standing, into object: inout ObjectWriter) {
        object.member("id", id)
        object.member("load_id", load)
        object.member("vehicle_id", member.vehicleID)
        object.member("driver_id", member.driverID)
        object.member("status", standing.rawValue)
        object.member("strategy", "DISTANCE")
        object.member("distance_miles", miles, places: 1)
        object.member("duration_minutes", miles / 50 * 60, places: 0)
        object.object("geometry") {
            $0.member("type", "LineString")
            $0.positions("coordinates", line)
        }
    }
}
