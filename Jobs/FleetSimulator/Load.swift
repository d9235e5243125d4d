internal import Geodesy
internal import StreamCore

/// One load on its way from one city to another, and how far it has come.
struct Load: Sendable {
    let id: String
    let routeID: String
    let origin: City
    let destination: City
    let pickup: GeoPoint
    let delivery: GeoPoint
    let correlation: String
    let pickupDue: EventTime
    let deliveryDue: EventTime
    let pounds: Int
    /// The number that it was given; nil where its owner gives it one.
    let number: String?
    private(set) var lastEvent: String?
    private(set) var status: Step?
    /// What it had come to when it was found to be late.
    private(set) var delayedFrom: Step?

    /// What happens to a load, in its order; on the wire.
    enum Step: String, Sendable {
        case created = "CREATED"
        case assigned = "ASSIGNED"
        case pickedUp = "PICKED_UP"
        case inTransit = "IN_TRANSIT"
        case delivered = "DELIVERED"
        case cancelled = "CANCELLED"
        case delayed = "DELAYED"

        /// Whether it is one of a truck's hands.
        var isUnderWay: Bool { self == .assigned || self == .pickedUp || self == .inTransit }
    }

    /// Draws a load that waits at `pickup` now and goes so many miles.
    init(
        number: String?, from origin: City, at pickup: GeoPoint, now: EventTime, settings: SimulationSettings,
        using random: inout SeededGenerator
    ) {
        self.number = number
        self.origin = origin
        self.pickup = pickup
        id = random.id(at: now)
        routeID = random.id(at: now)
        correlation = random.id(at: now)
        destination = random.pick(origin.destinations(within: settings.legMiles))
        delivery = Load.facility(in: destination, using: &random)
        pickupDue = EventTime(milliseconds: now.milliseconds).advanced(seconds: 5_400)
        let seconds = Load.expectedSeconds(from: pickup, to: delivery, isTight: random.chance(settings.tightShare))
        deliveryDue = pickupDue.advanced(seconds: seconds)
        pounds = random.integer(in: 40...440) * 100
    }

    /// A dock within some miles of the city's centre.
    static func facility(in city: City, using random: inout SeededGenerator) -> GeoPoint {
        city.center.moved(north: random.number(in: -8_000...8_000), east: random.number(in: -8_000...8_000)).rounded
    }

    /// How long a dispatcher gives a truck: 50 mph, a night after each ten hours, three hours of slack; or what a customer would like.
    private static func expectedSeconds(from: GeoPoint, to: GeoPoint, isTight: Bool) -> Double {
        let hours = (from.distance(to: to) / Earth.metersPerMile / 50).rounded(.up)
        return (isTight ? max(1, hours - 1) : hours + (hours / 10).rounded(.down) * 10 + 3) * 3_600
    }

    /// It comes to a status; gives the one that it leaves.
    mutating func come(to step: Step, event: String) -> Step? {
        let old = status
        lastEvent = event
        if step == .delayed { delayedFrom = status }
        status = step
        return old
    }

    /// How far it has come, delayed or not.
    var progress: Step? { status == .delayed ? delayedFrom : status }
}
