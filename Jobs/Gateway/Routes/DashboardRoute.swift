internal import Access
internal import Freight
internal import ReadModel
internal import StreamCore
internal import Wire

extension Route {
    /// The dashboard.
    static let dashboard: [Route] = [
        Route(
            method: .get, path: "/api/dashboard", aliases: [(.get, "/api/analytics/dashboard")], summary: "Read the dashboard",
            note: "Counts by status are as of now; the rest is of the range. Rates are from 0 to 1. Trends compare with the range before.",
            group: "dashboard", right: .read,
            parameters: [
                Parameter("range", .oneOf(DashboardAnswer.ranges.map(\.name)), "How far back from now; 24h unless said."),
                Parameter("start", .instant, "From then on, instead of `range`."),
                Parameter("end", .instant, "Up to then; now unless said."),
                Parameter("carrier_id", .uuid, "Of that carrier alone."), Parameter("customer_id", .text, "Of that customer alone."),
            ], answers: [.init(200, .shape(DashboardAnswer.shape), "The figures.")],
            serve: { call, desk throws(Refusal) in
                let query = try DashboardAnswer.query(call, desk)
                desk.later(call) { () throws(Refusal) in try DashboardAnswer.answer(call, query, desk) }
            })
    ]
}

/// The dashboard's question and answer.
enum DashboardAnswer {
    /// The ranges by name, each with the steps of its series.
    static let ranges: [(name: String, length: Duration, step: Duration)] = [
        ("1h", .seconds(3_600), .seconds(300)), ("24h", .seconds(86_400), .seconds(3_600)), ("7d", .seconds(7 * 86_400), .seconds(21_600)),
        ("30d", .seconds(30 * 86_400), .seconds(86_400)),
    ]

    /// The most steps that a series of a range that was given by its ends has.
    private static let steps: Int64 = 48

    static func query(_ call: Call, _ desk: Desk) throws(Refusal) -> DashboardQuery {
        let named = ranges.first { $0.name == call.query.text("range") } ?? ranges[1]
        let end = call.query.instant("end") ?? desk.now
        let start = call.query.instant("start") ?? end.advanced(by: -EventTime.Span(named.length))
        guard start < end else { throw .invalid("start", "must be before end") }
        let length = end.since(start)
        guard length <= EventTime.Span(.seconds(366 * 86_400)) else { throw .invalid("start", "must be at most 366 days before end") }
        let isNamed = call.query.text("start") == nil
        let grain = EventTime.Span(.seconds(300)).microseconds
        let step = isNamed ? EventTime.Span(named.step) : .init(microseconds: (length.microseconds / steps / grain + 1) * grain)
        return DashboardQuery(
            from: start, until: end, step: step, carrierID: call.principal.carrierID ?? call.query.text("carrier_id"),
            customerID: call.query.text("customer_id"))
    }

    static func answer(_ call: Call, _ query: DashboardQuery, _ desk: Desk) throws(Refusal) {
        let figures = try desk.reading { () throws(ReadFailure) in try desk.model.dashboard(query) }
        var earlier = query
        earlier.until = query.from
        earlier.from = query.from.advanced(by: -query.until.since(query.from))
        let before = try desk.reading { () throws(ReadFailure) in try desk.model.dashboard(earlier) }
        let (now, then) = (KPIs(figures.deliveries), KPIs(before.deliveries))
        call.answer { json in
            json.object("range") { json in
                json.field("start", query.from)
                json.field("end", query.until)
            }
            json.object("loads") { counted(figures.loads, into: &$0) }
            json.object("vehicles") { json in
                counted(figures.vehicles, into: &json)
                let total = figures.vehicles.values.reduce(0, +)
                let busy = [VehicleStatus.assigned, .inTransit].reduce(0) { $0 + (figures.vehicles[$1.rawValue] ?? 0) }
                json.field("utilization", total == 0 ? 0 : Double(busy) / Double(total))
            }
            json.object("drivers") { json in
                counted(figures.drivers, into: &json)
                json.field("hos_violations", figures.violations)
            }
            json.object("kpis") { now.write(into: &$0) }
            json.object("events") { json in
                json.field("total", figures.events.values.reduce(0, +))
                json.field("by_type", byName(figures.events))
            }
            json.array("series", of: figures.series) { json, step in
                json.field("at", step.at)
                json.field("loads_created", step.created)
                json.field("loads_delivered", step.delivered)
                json.field("events", step.events)
            }
            json.object("trends") { now.write(since: then, into: &$0) }
            json.field("generated_at", desk.now)
        }
    }

    private static func counted(_ counts: [String: Int], into json: inout JSONWriter) {
        json.field("total", counts.values.reduce(0, +))
        json.field("by_status", byName(counts))
    }

    private static func byName(_ counts: [String: Int]) -> JSON {
        .object(counts.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .integer(Int64($0.value))) })
    }

    /// The figures that are compared with those of the range before.
    private struct KPIs {
        let delivered: Int
        let onTimeRate: Double?
        let revenue: Money
        let transitMinutes: Double?

        init(_ deliveries: DashboardFigures.Deliveries) {
            delivered = deliveries.count
            onTimeRate = deliveries.count == 0 ? nil : Double(deliveries.onTime) / Double(deliveries.count)
            revenue = Money(cents: deliveries.revenue)
            transitMinutes = deliveries.transitMinutes
        }

        func write(into json: inout JSONWriter) {
            json.field("delivered", delivered)
            json.nullable("on_time_rate", onTimeRate)
            json.field("revenue", revenue)
            json.nullable("average_transit_minutes", transitMinutes)
        }

        /// The differences; null where there is nothing to compare with.
        func write(since before: KPIs, into json: inout JSONWriter) {
            func difference(_ now: Double?, _ before: Double?) -> Double? { now.flatMap { now in before.map { now - $0 } } }
            json.field("delivered", delivered - before.delivered)
            json.nullable("on_time_rate", difference(onTimeRate, before.onTimeRate))
            json.field("revenue", Money(cents: revenue.cents - before.revenue.cents))
            json.nullable("average_transit_minutes", difference(transitMinutes, before.transitMinutes))
        }
    }

    private static let kpis: [Shape.Member] = [
        .init("delivered", .integer, isRequired: true), .init("on_time_rate", .number, isRequired: false),
        .init("revenue", .number, isRequired: true, unit: .dollars),
        .init("average_transit_minutes", .number, isRequired: false, unit: .minutes),
    ]
    private static let counts: [Shape.Member] = [.init("total", .count, isRequired: true), .init("by_status", .document, isRequired: true)]

    static let shape = Shape.object([
        .init("range", .object([.init("start", .instant, isRequired: true), .init("end", .instant, isRequired: true)]), isRequired: true),
        .init("loads", .object(counts), isRequired: true),
        .init("vehicles", .object(counts + [.init("utilization", .share, isRequired: true)]), isRequired: true),
        .init("drivers", .object(counts + [.init("hos_violations", .count, isRequired: true)]), isRequired: true),
        .init("kpis", .object(kpis), isRequired: true),
        .init(
            "events", .object([.init("total", .count, isRequired: true), .init("by_type", .document, isRequired: true)]), isRequired: true),
        .init(
            "series",
            .list(
                .object([
                    .init("at", .instant, isRequired: true), .init("loads_created", .count, isRequired: true),
                    .init("loads_delivered", .count, isRequired: true), .init("events", .count, isRequired: true),
                ])), isRequired: true),
        .init("trends", .object(kpis), isRequired: true), .init("generated_at", .instant, isRequired: true),
    ])
}
