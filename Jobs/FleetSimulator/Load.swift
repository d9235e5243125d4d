internal import Geodesy
internal import StreamCore

/// One load on its way from one city to another, and the events that tell of it.
struct Load: Sendable {
    let id: String
    let routeID: String
    let origin: City
    let destination: City
    let pickup: GeoPoint
    let delivery: GeoPoint
    private let number: String
    let correlation: String
    private let pickupDue: EventTime
    private let deliveryDue: EventTime
    private let pounds: Int
    private(set) var lastEvent: String?
    private var status: String?

    /// What happens to a load, in its order.
    enum Step: String, Sendable {
        case created = "CREATED"
        case assigned = "ASSIGNED"
        case pickedUp = "PICKED_UP"
        case inTransit = "IN_TRANSIT"
        case delivered = "DELIVERED"
    }

    /// Draws a load that waits at `pickup` now and goes so many miles.
    init(
        number: String, from origin: City, at pickup: GeoPoint, within miles: ClosedRange<Double>, now: EventTime,
        using random: inout SeededGenerator
    ) {
        self.number = number
        self.origin = origin
        self.pickup = pickup
        id = random.id(at: now)
        routeID = random.id(at: now)
        correlation = random.id(at: now)
        destination = random.pick(origin.destinations(within: miles))
        delivery = Load.facility(in: destination, using: &random)
        pickupDue = EventTime(milliseconds: now.milliseconds).advanced(seconds: 5_400)
        deliveryDue = pickupDue.advanced(seconds: Load.expectedSeconds(from: pickup, to: delivery))
        pounds = random.integer(in: 40...440) * 100
    }

    /// A dock within some miles of the city's centre.
    static func facility(in city: City, using random: inout SeededGenerator) -> GeoPoint {
        city.center.moved(north: random.number(in: -8_000...8_000), east: random.number(in: -8_000...8_000)).rounded
    }

    /// How long a dispatcher gives a truck: 50 mph, a night after each ten hours, three hours of slack.
    private static func expectedSeconds(from: GeoPoint, to: GeoPoint) -> Double {
        let hours = (from.distance(to: to) / Earth.metersPerMile / 50).rounded(.up)
        return (hours + (hours / 10).rounded(.down) * 10 + 3) * 3_600
    }

    /// The event of one step of it, delivered at once: dispatch is not on the road.
    mutating func event(_ step: Step, by member: FleetMember, at now: EventTime, using random: inout SeededGenerator) -> SimulatedRecord {
        let event = random.id(at: now)
        let envelope = Envelope(
            topic: SimulatedTopic.loads, type: "LOAD_\(step.rawValue)", entityType: "LOAD", entity: id, time: now,
            correlation: correlation, causation: lastEvent)
        let old = status
        lastEvent = event
        status = step.rawValue
        return envelope.record(id: event, arrival: now.advanced(seconds: 0.02)) {
            $0.member("load_id", id)
            $0.member("load_number", number)
            $0.member("old_status", old)
            $0.member("new_status", step.rawValue)
            if step != .created {
                $0.member("carrier_id", member.carrierID)
                $0.member("vehicle_id", member.vehicleID)
                $0.member("driver_id", member.driverID)
            }
            $0.place("pickup_location", pickup, city: origin)
            $0.place("delivery_location", delivery, city: destination)
            $0.member("pickup_datetime", pickupDue)
            $0.member("delivery_datetime", deliveryDue)
            $0.member("weight", pounds)
            if step == .delivered { $0.member("delivered_at", now) }
        }
    }
}
