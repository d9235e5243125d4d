public import Dataflow
internal import Freight
internal import StreamCore

/// Counts for each carrier and each driver what was delivered, how much of it in time and on its way, and which hours of service were
/// violated, over the last days; and for each carrier what it has to drive with.
///
/// Loads, drivers and vehicles each say in a stage of their own what changes in somebody's counts; a change is said once, and taken back
/// where it turns out otherwise. Whom it is about gathers that, by day, and tells at most once in `every` what is new. The rules are
/// docs/carrier-performance.md.
public struct CarrierPerformance: Job {
    public static let name = "carrier-performance"
    public static let summary = "how carriers and drivers did over the last days, and what carriers have to drive with"

    // What counts for nobody says at least that time passes: figures leave by the events' own clock.
    static let loads = Inlet<LoadNote?>("loads")
    static let routes = Inlet<LoadNote?>("routes")
    static let drivers = Inlet<DriverNote?>("drivers")
    static let employment = Inlet<DriverNote>("entities-drivers")
    static let vehicles = Inlet<VehicleNote>("entities-vehicles")
    static let events = Outlet<BusinessEvent>("events")
    static let performance = Outlet<Performance>("performance")

    private let window: RollingWindow

    public init(settings: inout SettingsReader) throws(SettingsFailure) {
        window = RollingWindow(
            days: settings.integer("days", default: 30, in: 1...400),
            every: .init(settings.duration("every", default: .seconds(60), atLeast: .seconds(1))))
        try settings.finish()
    }

    public func declare(in flow: Flow) {
        let window = window
        let deviations = flow.from(Self.routes, decoding: { CatalogedEvents(DeviationDecoder()) })
            .flatMapped("strayed") { note throws(StageFailure) in note.map { [$0] } ?? [] }
            .keyed("deviations", by: "load_id", \.id)
        let deliveries = flow.from(Self.loads, decoding: { CatalogedEvents(DeliveryDecoder()) })
            .flatMapped("deliveries") { note throws(StageFailure) in note.map { [$0] } ?? [] }
            .keyed("loads", by: "load_id", \.id)
            .merged("loads-and-deviations", with: deviations)
            .processed("delivered") { Deliveries(in: $0.state) }

        let employed = flow.from(Self.employment, decoding: { EmploymentDecoder() })
            .keyed("employment", by: "driver_id", \.driver)
        let violations = flow.from(Self.drivers, decoding: { CatalogedEvents(ViolationDecoder()) })
            .flatMapped("violations") { note throws(StageFailure) in note.map { [$0] } ?? [] }
            .keyed("drivers", by: "driver_id", \.driver)
            .merged("drivers-and-employment", with: employed)
            .processed("violated") { Violations(window, in: $0.state) }

        let fleets = flow.from(Self.vehicles, decoding: { VehicleNoteDecoder() })
            .keyed("vehicles", by: "vehicle_id", \.id)
            .processed("fleets") { Fleets(in: $0.state) }

        let news = deliveries.keyed("counts", by: "entity_id", \.subject)
            .merged("with-violations", with: violations.keyed("violation-counts", by: "entity_id", \.subject))
            .merged("with-fleets", with: fleets.keyed("fleet-counts", by: "entity_id", \.subject))
            .processed("figures") { Figures(window, in: $0.state) }
        news.flatMapped("said") { performance throws(StageFailure) in performance.events }
            .into(Self.events, encoding: { BusinessEventEncoder() })
        news.into(Self.performance, encoding: { PerformanceEncoder() })
    }
}
