internal import Access
internal import Freight
internal import ReadModel
internal import StreamCore
internal import Wire

extension Route {
    /// Vehicles.
    static let vehicles: [Route] = {
        let types = Filters.ids("carrier_id", "Of one of those carriers.", aliases: ["carrier"])
        let routes = EntityRoutes<Vehicle>(
            right: .manage,
            filters: [
                Filters.text, types, Filters.status(VehicleStatus.self), Filters.available,
                Parameter("min_capacity_weight", .quantity, "Takes that many pounds or more."),
                Parameter("min_capacity_volume", .quantity, "Takes that many cubic feet or more."),
                Parameter("vehicle_type", .several(VehicleType.shape), "Of one of those types.", aliases: ["type"]),
            ] + Filters.nearby,
            conditions: { query in
                Filters.texts(query, .vehicles, ["carrier_id", "status", "vehicle_type"])
                    + (query.flag("available").map { [.available($0)] } ?? [])
                    + Filters.atLeast(query, "min_capacity_weight", .vehicles, "capacity_weight")
                    + Filters.atLeast(query, "min_capacity_volume", .vehicles, "capacity_volume") + Filters.words(query)
                    + Filters.near(query, .vehicles)
            })
        return routes.all + [
            routes.command(
                "status", .status, [.put], "Set a vehicle's status by hand", right: .dispatch, body: .status(of: VehicleStatus.self)),
            routes.command("location", .location, [.put, .post], "Say where a vehicle is", right: .dispatch, body: .location), tracking,
        ]
    }()

    private static let tracking = Route(
        method: .get, path: "/api/vehicles/{id}/tracking", summary: "Read where a vehicle was",
        note: "Points, the newest first; with `interval` what it did in each interval instead. The last 24 hours unless said.",
        group: "vehicles", right: .read,
        parameters: [
            Parameter("hours", .number(NumberRange(atLeast: 0, atMost: 8_784)), "The last so many hours."),
            Parameter("start", .instant, "From then on."), Parameter("end", .instant, "Up to then."),
            Parameter("interval", .duration(atLeast: .seconds(1)), "By intervals of that length."),
            Parameter("limit", .integer(1...10_000), "How many at the most; 1000 unless said."),
        ],
        answers: [.init(200, .shape(Track.shape), "Points, or intervals.")],
        serve: { call, desk throws(Refusal) in
            let id = call.id
            _ = try desk.entry(.vehicle, id, for: call)
            let end = call.query.instant("end") ?? desk.now.advanced(by: VehicleFix.farthestAhead)
            let hours = EventTime.Span(.seconds((call.query.number("hours") ?? 24) * 3_600))
            let start = call.query.instant("start") ?? (call.query.instant("end") ?? desk.now).advanced(by: -hours)
            if start > end { throw .invalid("start", "must not be after end") }
            let query = TrackQuery(id.description, from: start, until: end, limit: call.query.whole("limit") ?? 1_000)
            let interval = call.query.duration("interval").map { EventTime.Span($0) }
            desk.later(call) { () throws(Refusal) in try Track.answer(call, query, interval, desk) }
        })
}

/// The answer to where a vehicle was.
enum Track {
    static let shape = Shape.object([
        .init("vehicle_id", .uuid, isRequired: true), .init("total", .count, isRequired: true), .init("has_more", .bool, isRequired: true),
        .init(
            "points",
            .list(
                .object([
                    .init("timestamp", .instant, isRequired: true), .init("latitude", .number, isRequired: true, unit: .degrees),
                    .init("longitude", .number, isRequired: true, unit: .degrees),
                    .init("speed", .number, isRequired: false, unit: .milesPerHour),
                    .init("heading", .number, isRequired: false, unit: .degrees),
                    .init("fuel_level", .number, isRequired: false, unit: .percent),
                    .init("odometer", .number, isRequired: false, unit: .miles),
                    .init("engine_hours", .number, isRequired: false, unit: .hours),
                ])), isRequired: false),
        .init(
            "buckets",
            .list(
                .object([
                    .init("at", .instant, isRequired: true), .init("count", .count, isRequired: true),
                    .init("average_speed", .number, isRequired: false, unit: .milesPerHour),
                    .init("max_speed", .number, isRequired: false, unit: .milesPerHour),
                    .init("distance_miles", .number, isRequired: true, unit: .miles),
                    .init("latitude", .number, isRequired: true, unit: .degrees),
                    .init("longitude", .number, isRequired: true, unit: .degrees),
                ])), isRequired: false),
    ])

    static func answer(_ call: Call, _ query: TrackQuery, _ interval: EventTime.Span?, _ desk: Desk) throws(Refusal) {
        if let interval {
            let buckets = try desk.reading { () throws(ReadFailure) in try desk.model.buckets(query, every: interval) }
            return call.answer { json in
                json.field("vehicle_id", query.vehicleID)
                json.array("buckets", of: buckets) { json, bucket in
                    json.field("at", bucket.at)
                    json.field("count", bucket.count)
                    json.nullable("average_speed", bucket.averageSpeed)
                    json.nullable("max_speed", bucket.maxSpeed)
                    json.field("distance_miles", bucket.distanceMiles)
                    json.field("latitude", bucket.latitude)
                    json.field("longitude", bucket.longitude)
                }
                json.field("total", buckets.count)
                json.field("has_more", buckets.count == query.limit)
            }
        }
        let page = try desk.reading { () throws(ReadFailure) in try desk.model.track(query) }
        call.answer { json in
            json.field("vehicle_id", query.vehicleID)
            json.array("points", of: page.points) { json, point in
                json.field("timestamp", point.time)
                json.field("latitude", point.latitude)
                json.field("longitude", point.longitude)
                json.nullable("speed", point.speed)
                json.nullable("heading", point.heading)
                json.nullable("fuel_level", point.fuelLevel)
                json.nullable("odometer", point.odometer)
                json.nullable("engine_hours", point.engineHours)
            }
            json.field("total", page.total)
            json.field("has_more", page.points.count < page.total)
        }
    }
}

extension BodyForm {
    /// Where something was seen, and what else the device knew.
    static let location: BodyForm = {
        let place: [Shape.Member] = [
            .init("latitude", .number(NumberRange(atLeast: -90, atMost: 90)), isRequired: false, unit: .degrees),
            .init("longitude", .number(NumberRange(atLeast: -180, atMost: 180)), isRequired: false, unit: .degrees),
            .init("location", Location.shape, isRequired: false),
        ]
        let device: [Shape.Member] = [
            .init("speed", .quantity, isRequired: false, unit: .milesPerHour),
            .init("heading", .heading, isRequired: false, unit: .degrees),
            .init("accuracy", .quantity, isRequired: false, unit: .meters), .init("altitude", .number, isRequired: false, unit: .feet),
            .init("fuel_level", .percentage, isRequired: false, unit: .percent),
            .init("odometer", .quantity, isRequired: false, unit: .miles),
            .init("engine_hours", .quantity, isRequired: false, unit: .hours), .init("timestamp", .instant, isRequired: false),
            .init("driver_id", .uuid, isRequired: false), .init("load_id", .uuid, isRequired: false),
        ]
        return BodyForm(place + device, aliases: [("mileage", "odometer")]) { body in
            if case .failure(let wrong) = VehicleFix.read(body, now: .reckonableEnd) { wrong.problems } else { [] }
        }
    }()
}
