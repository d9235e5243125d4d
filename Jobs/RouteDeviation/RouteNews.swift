internal import Freight
internal import Geodesy
internal import StreamCore

/// What there is to say of a route on the road.
struct RouteNews: Hashable, Sendable {
    let route: EntityID
    let vehicle: EntityID
    let load: EntityID?
    let time: EventTime
    let content: Content

    enum Content: Hashable, Sendable {
        case started(Deviation)
        case cleared(Deviation)
        case completed(meters: Double, EventTime.Span)
    }

    /// Whether it says that the vehicle has come to the end of its way.
    var isArrival: Bool { if case .completed = content { true } else { false } }
}

/// One time that a vehicle was off its way, as it stands when something is said of it. Metres and spans.
struct Deviation: Hashable, Sendable {
    /// The same for one episode for ever: it follows from the route, the vehicle and `since`.
    let id: EntityID
    /// When it was first seen off.
    let since: EventTime
    /// How far off: now, when it starts; at most, when it is over.
    let distanceOff: Double
    /// Where the vehicle is.
    let position: GeoPoint
    /// Where it was last on its way.
    let entry: GeoPoint
    /// What it has driven more than the way would have been; as far as it goes now, with the way straight back.
    let extraMeters: Double
    /// What that costs at the plan's pace.
    let delay: EventTime.Span
}

extension EntityID {
    /// The id of the deviation that began then.
    static func deviation(of route: EntityID, by vehicle: EntityID, since: EventTime) -> EntityID {
        .version7(at: since, Entropy(of: Array("deviation ".utf8) + route.utf8 + vehicle.utf8 + Array("\(since.microseconds)".utf8)))
    }
}
