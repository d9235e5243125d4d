internal import Freight
internal import Geodesy
internal import StreamCore
internal import Wire

/// Reads snapshots of routes (`tms.entities.routes`); a tombstone is a route that is gone. The way is a GeoJSON LineString or an encoded
/// polyline, whose `geometry_precision` is 5 unless it says 6.
struct RouteDecoder: RecordDecoder {
    private let parser = JSONParser()
    private let projection = JSONProjection(
        "id", "vehicle_id", "load_id", "status", "geometry", "geometry_precision", "distance_miles", "duration_minutes")

    mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> RouteChange? {
        if let change = try unsafe batch.withValue(
            index,
            { value throws(DecodeFailure) -> RouteChange? in
                guard let value = unsafe value else { return nil }
                return try unsafe parser.project(projection, value) { fields throws(DecodeFailure) -> RouteChange in try read(fields) }
            })
        {
            return change
        }
        guard let key = batch.record(index).key else { return nil }
        return RouteChange(EntityID(String(decoding: key, as: UTF8.self)), .idle)
    }

    private func read(_ fields: borrowing JSONFields) throws(DecodeFailure) -> RouteChange {
        guard let id = fields.string(0).map({ EntityID($0) }) else { throw DecodeFailure("a route without an id") }
        switch fields.string(3)?.uppercased() {
        case "ACTIVE": break
        case "COMPLETED": return RouteChange(id, .completed)
        default: return RouteChange(id, .idle)
        }
        guard let vehicle = fields.string(1), let way = try way(fields) else { return RouteChange(id, .idle) }
        var pace = PlannedRoute.usualPace
        if let miles = fields.number(6), let minutes = fields.number(7), miles > 0, minutes > 0 {
            pace = miles * Earth.metersPerMile / (minutes * 60)
        }
        let plan = PlannedRoute(id: id, load: fields.string(2).map { EntityID($0) }, way: way, pace: pace)
        return RouteChange(id, .active(vehicle: EntityID(vehicle), plan))
    }

    private func way(_ fields: borrowing JSONFields) throws(DecodeFailure) -> Polyline? {
        if let text = fields.string(4) { return try Polyline(encoded: text, fields.integer(5) == 6 ? .six : .five) }
        return try unsafe fields.withText(4) { text throws(DecodeFailure) -> Polyline in try Polyline(geoJSON: unsafe JSON(parsing: text)) }
    }
}
