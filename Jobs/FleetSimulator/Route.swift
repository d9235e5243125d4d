internal import Freight
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

        /// What a route becomes by a step of its load; nil where it stays what it is.
        init?(after step: Load.Step) {
            switch step {
            case .assigned: self = .planned
            case .inTransit: self = .active
            case .delivered: self = .completed
            case .cancelled: self = .cancelled
            case .created, .pickedUp, .delayed: return nil
            }
        }
    }

    /// The route of a load's truck, planned now.
    init(of load: Load, for member: FleetMember, now: EventTime) {
        let path = GreatCircle(from: load.pickup, to: load.delivery)
        let pieces = max(1, Int((path.length / 20_000).rounded(.up)))
        id = load.routeID
        self.load = load.id
        self.member = member
        line = (0...pieces).map { path.point(travelled: path.length * Double($0) / Double(pieces)).rounded }
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

    /// The command that has the route kept; its load and its truck follow from that.
    func command(id command: String, at now: EventTime, correlation: String) -> Command {
        Command(
            command, .create, .route, id, at: now, correlation: correlation,
            [
                "load_id": .string(load), "strategy": .string("DISTANCE"), "distance_miles": .number(miles, places: 1),
                "duration_minutes": .number(minutes, places: 0),
                "geometry": .object([
                    "type": .string("LineString"),
                    "coordinates": .array(line.map { .array([.number($0.longitude), .number($0.latitude)]) }),
                ]),
            ])
    }

    private var minutes: Double { miles / 50 * 60 }

    private func members(_ standing: Standing, into object: inout ObjectWriter) {
        object.member("id", id)
        object.member("load_id", load)
        object.member("vehicle_id", member.vehicleID)
        object.member("driver_id", member.driverID)
        object.member("status", standing.rawValue)
        object.member("strategy", "DISTANCE")
        object.member("distance_miles", miles, places: 1)
        object.member("duration_minutes", minutes, places: 0)
        object.object("geometry") {
            $0.member("type", "LineString")
            $0.positions("coordinates", line)
        }
    }
}
