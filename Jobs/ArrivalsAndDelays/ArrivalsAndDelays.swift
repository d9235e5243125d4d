public import Dataflow
internal import Freight
internal import StreamCore

/// Tells when a vehicle arrives at the ends of its load's trip and leaves them, how long it is kept there, when the load will be there with
/// the rest that its driver must have, when it is late, and when the vehicle is due for service.
///
/// A load that has a vehicle makes a trip. The trip takes up its planned way, then its driver's hours, and goes to its vehicle's task. There
/// signals are judged in the order of event time by a `VehicleWatch`, which knows no engine and holds the whole rule; what time alone
/// brings about (a delay, detention) leaves at its instant, without a further record. The job owns nothing: that a load is delayed, and when
/// it is expected, it asks the load's owner to write.
public struct ArrivalsAndDelays: Job {
    public static let name = "arrivals-and-delays"
    public static let summary = "arrivals, departures and detention, when a load will be there, delays, and service that is due"

    static let loads = Inlet<LoadPart>("loads")
    static let routes = Inlet<LoadPart>("routes")
    static let hours = Inlet<CrewPart>("hours")
    static let vehicles = Inlet<VehicleSignal>("vehicles")
    static let tracking = Inlet<VehicleSignal>("tracking")
    static let commands = Outlet<Command>("commands")
    static let alerts = Outlet<BusinessEvent>("alerts")
    static let maintenance = Outlet<BusinessEvent>("maintenance")

    private let rule: TripRule

    public init(settings: inout SettingsReader) throws(SettingsFailure) {
        rule = try TripRule(settings: &settings)
        try settings.finish()
    }

    public func declare(in flow: Flow) {
        let rule = rule
        let routes = flow.from(Self.routes, decoding: { RouteDecoder() }).keyed("ways", by: "load_id") { $0.load }
        let hours = flow.from(Self.hours, decoding: { HoursDecoder() }).keyed("hours-of-drivers", by: "driver_id") { $0.driver }
        let vehicles = flow.from(Self.vehicles, decoding: { VehicleDecoder() }).keyed("upkeep", by: "vehicle_id") { $0.vehicle }

        let trips = flow.from(Self.loads, decoding: { LoadDecoder() })
            .keyed("loads-with-ways", by: "load_id") { $0.load }
            .merged("with-ways", with: routes)
            .processed("trips") { Trips(in: $0.state) }
            .keyed("trips-with-hours", by: "driver_id") { $0.driver }
            .merged("with-hours", with: hours)
            .processed("crewed") { Crews(in: $0.state) }
            .keyed("trips-of-vehicles", by: "vehicle_id") { $0.vehicle }
        let news = flow.from(Self.tracking, decoding: { CatalogedEvents(VehicleFixDecoder { VehicleSignal($0, .fix(Fix($1))) }) })
            .keyed("fixes", by: "vehicle_id") { $0.vehicle }
            .merged("with-upkeep", with: vehicles)
            .merged("with-trips", with: trips)
            .processed("watched") { VehicleWatches(rule, in: $0.state) }

        news.flatMapped("requests") { news throws(StageFailure) in news.command.map { [$0] } ?? [] }
            .into(Self.commands, encoding: { CommandEncoder() })
        news.flatMapped("stops") { news throws(StageFailure) in news.alert.map { [$0] } ?? [] }
            .into(Self.alerts, encoding: { BusinessEventEncoder() })
        news.flatMapped("service") { news throws(StageFailure) in news.maintenance.map { [$0] } ?? [] }
            .into(Self.maintenance, encoding: { BusinessEventEncoder() })
    }
}
