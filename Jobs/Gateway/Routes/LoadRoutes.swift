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
        func other(_ type: EntityType, _ collection: Collection, _ column: Int) -> (id: EntityID, entry: Replica.Entry, text: [UInt8])? {
            guard let id = entry.cells[column].id, let entry = desk.replica.entry(collection, id) else { return nil }
            return (id, entry, desk.shown(entry.text, type, id))
        }
        let carrier = other(.carrier, .carriers, carrierColumn)
        let vehicle = other(.vehicle, .vehicles, vehicleColumn)
        let driver = other(.driver, .drivers, driverColumn)
        let parts = [carrier?.text, vehicle?.text, driver?.text, vehicle?.entry.sighting]
        var detail = Detail(text, room: 192 + parts.reduce(0) { $0 + ($1?.count ?? 4) })
        detail.add("carrier", carrier?.text ?? .null)
        detail.add("vehicle", vehicle?.text ?? .null)
        detail.add("driver", driver?.text ?? .null)
        detail.add("tracking", vehicle.map { tracking(entry, $0.id, $0.entry, desk) } ?? .null)
        return detail.closed()
    }

    private static func tracking(_ load: Replica.Entry, _ id: EntityID, _ vehicle: Replica.Entry, _ desk: Desk) -> [UInt8] {
        let points = desk.tracks.points(of: id, from: load.cells[createdColumn].instant ?? .distantPast, until: .distantFuture)
        var summary = Detail(vehicle.sighting, room: 80)
        summary.add("vehicle_id", JSON.string(id.description).compact)
        summary.add("points", "\(points.count)".utf8)
        return summary.closed()
    }

    private static let carrierColumn = column("carrier_id")
    private static let vehicleColumn = column("vehicle_id")
    private static let driverColumn = column("driver_id")
    private static let createdColumn = column("created_at")

    private static func column(_ name: String) -> Int {
        Collection.loads.columns.firstIndex { $0.name == name } ?? 0
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
