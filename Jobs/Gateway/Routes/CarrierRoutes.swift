internal import Access
internal import Freight
internal import ReadModel
internal import StreamCore
internal import Wire

extension Route {
    /// Carriers.
    static let carriers: [Route] = {
        let routes = EntityRoutes<Carrier>(
            right: .manage, filters: [Filters.text, Filters.status(CarrierStatus.self)],
            conditions: { query in Filters.texts(query, .carriers, ["status"]) + Filters.words(query) })
        return routes.all + [
            routes.command(
                "status", .status, [.put], "Set whether a carrier takes loads", right: .manage, body: .status(of: CarrierStatus.self)),
            performance,
        ]
    }()

    private static let performance = Route(
        method: .get, path: "/api/carriers/{id}/performance", summary: "Read how a carrier has done",
        note: "What was published of it last, where that covers the range; else what this process knows itself.", group: "carriers",
        right: .read, parameters: Performance.parameters, answers: [.init(200, .shape(Performance.carrierShape), "Figures of the range.")],
        serve: { call, desk throws(Refusal) in
            _ = try desk.entry(.carrier, call.id, for: call)
            let range = try Performance.range(call, desk)
            desk.later(call) { () throws(Refusal) in try Performance.answer(of: call.id, range, call, desk) }
        })

    /// Routes that are planned, on their way, or done. They are made by optimising.
    static let plannedRoutes: [Route] = {
        let routes = EntityRoutes<Freight.Route>(
            right: .dispatch,
            filters: [
                Filters.ids("load_id", "For one of those loads."), Filters.ids("vehicle_id", "For one of those vehicles."),
                Filters.ids("driver_id", "For one of those drivers."), Filters.ids("carrier_id", "Of one of those carriers."),
                Filters.status(RouteStatus.self),
            ],
            conditions: { Filters.texts($0, .routes, ["load_id", "vehicle_id", "driver_id", "carrier_id", "status"]) })
        return [optimize] + routes.all.filter { $0.method == .get }
    }()
}

/// How carriers and drivers have done within a range.
enum Performance {
    static let parameters = [
        Parameter("start", .instant, "From then on; 30 days before the end unless said."),
        Parameter("end", .instant, "Up to then; now unless said."),
    ]

    private static let range = Shape.Member(
        "range", .object([.init("start", .instant, isRequired: true), .init("end", .instant, isRequired: true)]), isRequired: true)
    private static let figures: [Shape.Member] = [
        range, .init("loads_delivered", .count, isRequired: true), .init("on_time_rate", .share, isRequired: false),
        .init("hos_violations", .count, isRequired: true),
    ]
    static let driverShape = Shape.object([.init("driver_id", .uuid, isRequired: true)] + figures)
    static let carrierShape = Shape.object(
        [.init("carrier_id", .uuid, isRequired: true)] + figures + [
            .init("deviation_rate", .share, isRequired: false),
            .init(
                "capacity", .object([.init("vehicles", .count, isRequired: true), .init("available", .count, isRequired: true)]),
                isRequired: true),
        ])

    static func range(_ call: Call, _ desk: Desk) throws(Refusal) -> (start: EventTime, end: EventTime) {
        let end = call.query.instant("end") ?? desk.now
        let start = call.query.instant("start") ?? end.advanced(by: -EventTime.Span(.seconds(30 * 86_400)))
        guard start < end else { throw .invalid("start", "must be before end") }
        return (start, end)
    }

    /// What the read model says of somebody's range.
    static func figures(
        of subject: PerformanceQuery.Subject, _ range: (start: EventTime, end: EventTime), _ desk: Desk
    ) throws(Refusal) -> PerformanceFigures {
        try desk.reading { () throws(ReadFailure) in
            try desk.model.performance(PerformanceQuery(subject, from: range.start, until: range.end))
        }
    }

    static func write(_ range: (start: EventTime, end: EventTime), _ figures: PerformanceFigures, into json: inout JSONWriter) {
        json.object("range") { json in
            json.field("start", range.start)
            json.field("end", range.end)
        }
        json.field("loads_delivered", figures.delivered)
        json.nullable("on_time_rate", figures.onTimeRate)
    }

    static func answer(
        of carrier: EntityID, _ range: (start: EventTime, end: EventTime), _ call: Call, _ desk: Desk
    ) throws(Refusal) {
        let vehicles = desk.replica.entries(.vehicles) { _, entry in entry.cell("carrier_id", of: .vehicles).id == carrier }
        let available = vehicles.count { $0.entry.cell("status", of: .vehicles).text == VehicleStatus.available.rawValue }
        let isAsked = call.query.text("start") != nil || call.query.text("end") != nil
        let told = isAsked ? nil : desk.events.performance(of: carrier).flatMap { try? JSON(parsing: $0) }
        let isTold = told?["loads_delivered"] != nil
        let found = if isTold { PerformanceFigures() } else { try figures(of: .carrier("\(carrier)"), range, desk) }
        call.answer { json in
            json.field("carrier_id", carrier)
            if let told, let delivered = told["loads_delivered"] {
                json.field("range", told["range"] ?? .object(["start": .string(range.start.rfc3339), "end": .string(range.end.rfc3339)]))
                json.field("loads_delivered", delivered)
                for name in ["on_time_rate", "deviation_rate"] { json.field(name, told[name] ?? .null) }
                json.field("hos_violations", told["hos_violations"] ?? .integer(0))
            } else {
                write(range, found, into: &json)
                json.field("deviation_rate", JSON.null)
                json.field("hos_violations", found.violations)
            }
            json.object("capacity") { json in
                json.field("vehicles", vehicles.count)
                json.field("available", available)
            }
        }
    }
}
