internal import Freight
internal import Geodesy
internal import StreamCore

extension RouteNews {
    /// The event that says so. Its id follows from what it says, so it is the same after a crash.
    var event: BusinessEvent {
        switch content {
        case .started(let deviation): event(deviation, .started)
        case .cleared(let deviation): event(deviation, .cleared)
        case .completed(let meters, let span):
            over.completed(miles: meters.miles, minutes: span.minutes, on: occasion(cause: route))
        }
    }

    private var over: Route {
        var over = Route.blank(route)
        over.loadID = load
        over.vehicleID = vehicle
        return over
    }

    private func event(_ deviation: Deviation, _ state: Freight.RouteDeviation.State) -> BusinessEvent {
        Freight.RouteDeviation(
            id: deviation.id, state: state, vehicleID: vehicle, loadID: load, milesOff: deviation.distanceOff.miles, since: deviation.since,
            position: Location(deviation.position), entryPoint: Location(deviation.entry), extraMiles: deviation.extraMeters.miles,
            estimatedDelay: deviation.delay.minutes
        ).event(of: route, on: occasion(cause: deviation.id))
    }

    private func occasion(cause: EntityID) -> Occasion {
        Occasion(source: "linehaul/\(RouteDeviation.name)", time: time, cause: cause, correlationID: route.description)
    }
}

extension Location {
    fileprivate init(_ place: GeoPoint) { self.init(latitude: place.rounded.latitude, longitude: place.rounded.longitude) }
}

extension Double {
    /// Metres as miles, to a hundredth.
    fileprivate var miles: Double { (self / Earth.metersPerMile * 100).rounded() / 100 }
}

extension EventTime.Span {
    /// Minutes, to a tenth.
    fileprivate var minutes: Double { (Double(microseconds) / 6e6).rounded() / 10 }
}
