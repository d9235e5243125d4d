internal import Access
internal import Freight
internal import HoursOfService
internal import ReadModel
internal import RoadNetwork
internal import StreamCore

extension Route {
    /// Finds a way and keeps it as a route that is planned.
    static let optimize = Route(
        method: .post, path: "/api/routes/optimize", summary: "Find the best way and plan a route of it",
        note: "Stops are ids of places or points. With a driver, its own or the load's, the answer has the drives and rests of the way.",
        group: "routes", right: .dispatch, body: .optimize,
        answers: [.init(200, .entity(.route), "The route, stored as PLANNED.")], traits: [.repeatable, .logged, .contested],
        serve: { call, desk throws(Refusal) in
            let wish = try RouteWish(call, desk)
            desk.later(call) { () throws(Refusal) in
                try desk.change(call, .create, of: .route, body: try wish.planned(call, desk), created: 200)
            }
        })
}

extension BodyForm {
    /// The most places that a way calls at, in their order and in the best one.
    private static let mostCalls = (given: 100, best: 25)

    static let optimize = BodyForm(optimizeMembers) { body in
        var problems = Shape.object(optimizeMembers).problems(in: body, at: "")
        let calls = body["waypoints"]?.array ?? []
        let stops =
            [("origin", body["origin"]), ("destination", body["destination"])] + calls.enumerated().map { ("waypoints[\($0)]", $1) }
        for (name, stop) in stops {
            if let stop, stop != .null, RouteQuery.Stop(stop) == nil { problems.append(FieldProblem(name, RouteQuery.Stop.rule)) }
        }
        let most = body["optimize_order"]?.bool == true ? mostCalls.best : mostCalls.given
        if calls.count > most { problems.append(FieldProblem("waypoints", "must have at most \(most) elements")) }
        return problems
    }

    private static let optimizeMembers: [Shape.Member] = [
        .init("origin", .any, isRequired: true), .init("destination", .any, isRequired: true),
        .init("waypoints", .list(.any), isRequired: false), .init("optimize_order", .bool, isRequired: false),
        .init("strategy", RouteStrategy.shape, isRequired: false), .init("avoid", .list(.words), isRequired: false),
        .init(
            "vehicle",
            .object([
                .init("height", .quantity, isRequired: false, unit: .feet), .init("weight", .quantity, isRequired: false, unit: .pounds),
                .init("hazmat", .bool, isRequired: false),
            ]), isRequired: false), .init("load_id", .uuid, isRequired: false), .init("vehicle_id", .uuid, isRequired: false),
        .init("driver_id", .uuid, isRequired: false), .init("departure_at", .instant, isRequired: false),
        .init("metadata", .document, isRequired: false),
    ]
}

/// What a request for a way names, found: who drives it, for which load, in whose name.
private struct RouteWish: Sendable {
    private let form: RouteForm
    private let body: JSON
    private var load: Replica.Entry?
    private var vehicle: EntityID?
    private var driver: EntityID?
    private var carrier: EntityID?
    private let departure: EventTime

    init(_ call: Call, _ desk: Desk) throws(Refusal) {
        body = call.body
        do throws(DecodeFailure) { form = try RouteForm(body) } catch { throw Refusal(422, "VALIDATION_ERROR", error.reason) }
        departure = body["departure_at"]?.string.flatMap { EventTime(rfc3339: $0) } ?? desk.now
        func named(_ member: String) -> EntityID? { body[member]?.string.map { EntityID($0.lowercased()) } }
        if let id = named("load_id") {
            let entry = try desk.entry(.load, id, for: call)
            load = entry
            vehicle = entry.cell("vehicle_id", of: .loads).id
            driver = entry.cell("driver_id", of: .loads).id
            carrier = entry.cell("carrier_id", of: .loads).id
        }
        if let id = named("vehicle_id") {
            carrier = try desk.entry(.vehicle, id, for: call).cell("carrier_id", of: .vehicles).id ?? carrier
            vehicle = id
        }
        if let id = named("driver_id") {
            carrier = try desk.entry(.driver, id, for: call).cell("carrier_id", of: .drivers).id ?? carrier
            driver = id
        }
    }

    /// The route as its owner is asked to keep it.
    func planned(_ call: Call, _ desk: Desk) throws(Refusal) -> JSON {
        let tariff = Tariff(form.criterion)
        let way: Way
        do throws(RoutingFailure) {
            way = try desk.roads.network.way(form.query, by: tariff)
        } catch {
            throw Refusal(404, error.kind == .unknownPlace ? "PLACE_NOT_FOUND" : "NO_WAY", error.description)
        }
        let calls = way.order.dropFirst().dropLast().map { form.query.waypoints[$0 - 1].json }
        let schedule = driver.flatMap { driver in
            desk.replica.entry(.drivers, driver).map {
                desk.hours.schedule(of: driver, $0.text, driving: way.durationMinutes, from: departure)
            }
        }
        let named: [(String, JSON?)] = [
            ("load_id", body["load_id"]), ("vehicle_id", vehicle?.json), ("driver_id", driver?.json), ("carrier_id", carrier?.json),
            ("strategy", form.criterion.rawValue.json), ("origin", form.query.origin.json), ("destination", form.query.destination.json),
            ("waypoints", .array(calls)), ("optimize_order", .bool(form.query.optimizesOrder)), ("avoid", body["avoid"]),
            ("vehicle", body["vehicle"]), ("departure_at", departure.json), ("schedule", schedule), ("metadata", body["metadata"]),
        ]
        return .object(named.compactMap { name, value in value.map { JSON.Member(name, $0) } } + way.members(tariff))
    }
}

extension HoursDesk {
    /// The drives and rests of a driver who is to be at the wheel for so many minutes from an instant on.
    func schedule(of driver: EntityID, _ text: [UInt8], driving minutes: Double, from departure: EventTime) -> JSON {
        let drive = EventTime.Span(microseconds: Int64(minutes * 60_000_000))
        return hours(of: driver, text).schedule([.drive(drive)], from: departure).json(of: "\(driver)")
    }
}
