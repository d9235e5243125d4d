public import StreamCore
internal import Wire

/// A vehicle has left its route, or is back: one event each for an episode.
public struct RouteDeviation: Hashable, Sendable {
    /// Which end of the episode it is.
    public enum State: String, WireEnum {
        case started = "STARTED"
        case cleared = "CLEARED"
    }

    /// The same at both ends.
    public var id: EntityID
    /// Which end it is.
    public var state: State
    /// Which vehicle.
    public var vehicleID: EntityID
    /// On which load.
    public var loadID: EntityID?
    /// Miles from the route.
    public var milesOff: Double
    /// Since when.
    public var since: EventTime
    /// Where the vehicle is.
    public var position: Location
    /// Where it left the route.
    public var entryPoint: Location?
    /// Miles more than the route's.
    public var extraMiles: Double?
    /// Minutes later than the route's.
    public var estimatedDelay: Double?

    /// One end of an episode.
    public init(
        id: EntityID, state: State, vehicleID: EntityID, loadID: EntityID?, milesOff: Double, since: EventTime, position: Location,
        entryPoint: Location?, extraMiles: Double?, estimatedDelay: Double?
    ) {
        self.id = id
        self.state = state
        self.vehicleID = vehicleID
        self.loadID = loadID
        self.milesOff = milesOff
        self.since = since
        self.position = position
        self.entryPoint = entryPoint
        self.extraMiles = extraMiles
        self.estimatedDelay = estimatedDelay
    }

    /// An end of an episode on a route.
    struct OnRoute: Sendable {
        let route: EntityID
        let deviation: RouteDeviation

        static let eventFields: [EventField<OnRoute>] = [
            .required("deviation_id", \.deviation.id, as: .uuid),
            .required("state", \.deviation.state),
            .required("route_id", \.route, as: .uuid),
            .required("vehicle_id", \.deviation.vehicleID, as: .uuid),
            .optional("load_id", \.deviation.loadID, as: .uuid),
            .required("distance_off_miles", \.deviation.milesOff, as: .quantity, in: .miles),
            .required("since", \.deviation.since),
            .required("position", \.deviation.position),
            .optional("entry_point", \.deviation.entryPoint),
            .optional("extra_miles", \.deviation.extraMiles, in: .miles),
            .optional("estimated_delay", \.deviation.estimatedDelay, in: .minutes),
        ]
    }

    /// The event.
    public func event(of route: EntityID, on occasion: Occasion) -> BusinessEvent {
        let severity: Severity = state == .started ? .warning : .info
        return BusinessEvent(
            occasion.envelope(.routeDeviation, .route, route, severity: severity, step: "\(id) \(state.rawValue)"), OnRoute.eventFields,
            of: OnRoute(route: route, deviation: self))
    }
}
