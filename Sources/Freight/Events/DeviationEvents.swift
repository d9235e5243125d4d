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

    /// The event.
    public func event(of route: EntityID, on occasion: Occasion) -> BusinessEvent {
        let severity: Severity = state == .started ? .warning : .info
        return BusinessEvent(occasion.envelope(.routeDeviation, .route, route, severity: severity, step: "\(id) \(state.rawValue)")) {
            json in
            json.field("deviation_id", id)
            json.field("state", state)
            json.field("route_id", route)
            json.field("vehicle_id", vehicleID)
            json.field("load_id", loadID)
            json.field("distance_off_miles", milesOff)
            json.field("since", since)
            json.field("position", position)
            json.field("entry_point", entryPoint)
            json.field("extra_miles", extraMiles)
            json.field("estimated_delay", estimatedDelay)
        }
    }
}
