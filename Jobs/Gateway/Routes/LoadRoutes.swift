internal import Access
internal import Freight
internal import ReadModel
internal import StreamCore
internal import Wire

extension Route {
    /// Loads.
    static let loads: [Route] = {
        let routes = EntityRoutes<Load>(
            right: .dispatch, filters: LoadFilters.all, conditions: LoadFilters.conditions, embedding: LoadDetail.embed,
            takesTime: { !$0.cell("driver_id", of: .loads).isNone })
        return [
            routes.pages("/api/loads/search", "Search loads", LoadFilters.all),
            routes.command(
                "assign", .assign, [.post, .put], "Assign a load to a carrier, a vehicle and a driver", right: .dispatch, body: .assign),
            routes.command("status", .status, [.put, .post], "Bring a load to another status", right: .dispatch, body: .loadStatus),
        ] + routes.all
    }()
}

/// What lists and searches of loads are filtered by.
enum LoadFilters {
    /// The first version's name of CREATED.
    private static let pending = "PENDING"

    static let all: [Parameter] =
        [
            Filters.text, Filters.status(LoadStatus.self, also: [pending]), Filters.ids("carrier_id", "Of one of those carriers."),
            Parameter("customer_id", .several(.text), "Of one of those customers."), Filters.ids("vehicle_id", "On one of those vehicles."),
            Filters.ids("driver_id", "With one of those drivers."),
            Parameter("date_from", .instant, "Picked up or delivered then or later, as planned."),
            Parameter("date_to", .instant, "Picked up or delivered then or earlier, as planned."),
            Parameter("min_weight", .quantity, "That heavy or heavier, in pounds.", aliases: ["weight_min"]),
            Parameter("max_weight", .quantity, "That heavy or lighter, in pounds.", aliases: ["weight_max"]),
        ] + Filters.nearby

    static let conditions: @Sendable (Arguments) -> [EntityQuery.Condition] = { query in
        var conditions = Filters.texts(query, .loads, ["carrier_id", "customer_id", "vehicle_id", "driver_id"])
        if let status = Collection.loads["status"], let names = query.texts("status") {
            conditions.append(.oneOf(status, names.map { $0 == pending ? LoadStatus.created.rawValue : $0 }))
        }
        if query.instant("date_from") != nil || query.instant("date_to") != nil {
            let columns = ["pickup_datetime", "delivery_datetime"].compactMap { Collection.loads[$0] }
            conditions.append(.instants(columns, from: query.instant("date_from"), until: query.instant("date_to")))
        }
        if query.number("min_weight") != nil || query.number("max_weight") != nil, let weight = Collection.loads["weight"] {
            conditions.append(.numbers(weight, atLeast: query.number("min_weight"), atMost: query.number("max_weight")))
        }
        return conditions + Filters.words(query) + Filters.near(query, .loads)
    }
}

/// A load with what belongs to it: its carrier, vehicle and driver, and where it was last seen.
enum LoadDetail {
    static let embed: @Sendable ([UInt8], Replica.Entry, Desk) -> [UInt8] = { text, entry, desk in
        var text = text
        for type in [EntityType.carrier, .vehicle, .driver] {
            let other = type.collection.flatMap { collection in
                entry.cell("\(type.rawValue.lowercased())_id", of: .loads).id.flatMap { id in
                    desk.replica.entry(collection, id).map { desk.shown($0.text, type, id) }
                }
            }
            text = text.adding(type.rawValue.lowercased(), other ?? Array("null".utf8))
        }
        return text.adding("tracking", tracking(entry, desk).compact)
    }

    private static func tracking(_ load: Replica.Entry, _ desk: Desk) -> JSON {
        guard let id = load.cell("vehicle_id", of: .loads).id, let vehicle = desk.replica.entry(.vehicles, id),
            let known = try? JSON(parsing: vehicle.text)
        else { return .null }
        let points = desk.tracks.points(of: id, from: load.cell("created_at", of: .loads).instant ?? .distantPast, until: .distantFuture)
        return .object([
            "vehicle_id": .string(id.description), "current_location": known["current_location"] ?? .null,
            "located_at": known["located_at"] ?? .null, "speed": known["speed"] ?? .null, "heading": known["heading"] ?? .null,
            "points": .integer(Int64(points.count)),
        ])
    }
}

extension BodyForm {
    static let assign = BodyForm(
        ["carrier_id", "vehicle_id", "driver_id"].map { Shape.Member($0, .uuid, isRequired: true) },
        aliases: [("assigned_vehicle_id", "vehicle_id"), ("assigned_driver_id", "driver_id")]
    ) { body in
        if case .failure(let wrong) = AssignRequest.read(body) { wrong.problems } else { [] }
    }

    static let loadStatus = status(of: LoadStatus.self)

    /// The body of a change of status.
    static func status<Status: WireEnum>(of _: Status.Type) -> BodyForm {
        BodyForm([
            .init("status", Status.shape, isRequired: true), .init("reason", .text, isRequired: false),
            .init("location", Location.shape, isRequired: false), .init("timestamp", .instant, isRequired: false),
        ]) { body in
            // Whether an instant lies too far ahead, the owner judges.
            if case .failure(let wrong) = StatusRequest<Status>.read(body, now: .reckonableEnd) { wrong.problems } else { [] }
        }
    }
}

extension EventTime {
    /// So late that nothing lies ahead of it.
    static let reckonableEnd = EventTime(microseconds: 1 << 60)
}
