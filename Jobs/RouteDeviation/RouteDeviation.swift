public import Dataflow
internal import Freight
internal import StreamCore

/// Tells when a vehicle leaves the way that is planned for its load, when it is back, and when it has arrived.
///
/// A route is watched while it is ACTIVE, which it is when its load is IN_TRANSIT. It goes to the task of its vehicle, and only then: plans
/// that nobody drives yet stay where they are. There each fix is judged in the order of event time by a `RouteWatch`, which knows no engine
/// and holds the whole rule. One excursion gives one STARTED and one CLEARED, whatever happens to the route meanwhile.
public struct RouteDeviation: Job {
    public static let name = "route-deviation"
    public static let summary = "tells when a vehicle leaves its planned way, is back on it, has arrived"

    static let tracking = Inlet<VehicleSignal>("tracking")
    static let routes = Inlet<RouteChange>("routes")
    static let network = Inlet<Reference>("network")
    static let drivers = Inlet<Reference>("drivers")
    static let events = Outlet<BusinessEvent>("events")

    private let rule: DeviationRule
    private let tellsArrivals: Bool

    public init(settings: inout SettingsReader) throws(SettingsFailure) {
        rule = DeviationRule(settings: &settings)
        tellsArrivals = settings.flag("complete-on-arrival", default: true)
        try settings.finish()
    }

    public func declare(in flow: Flow) {
        let (rule, tellsArrivals) = (rule, tellsArrivals)
        let assigned = flow.from(Self.routes, decoding: { RouteDecoder() })
            .keyed("routes", by: "route_id") { $0.route }
            .processed("active") { ActiveRoutes(in: $0.state) }
            .keyed("assigned", by: "vehicle_id") { $0.vehicle }
        let reference = flow.broadcast(Self.network, decoding: { PlaceDecoder() })
            .merged(with: flow.broadcast(Self.drivers, decoding: { PersonalUseDecoder() }))
        flow.from(Self.tracking, decoding: { CatalogedEvents(VehicleFixDecoder { VehicleSignal($0, .fix(Fix($1))) }) })
            .keyed("vehicles", by: "vehicle_id") { $0.vehicle }
            .merged("signals", with: assigned)
            .processed("watched", with: reference) { VehicleWatches(rule, in: $0.state) }
            .filtered("told") { tellsArrivals || !$0.isArrival }
            .mapped("said") { news throws(StageFailure) in news.event }
            .into(Self.events, encoding: { BusinessEventEncoder() })
    }
}
