internal import Freight
internal import Geodesy
internal import StreamCore
internal import Wire

/// Writes what there is to say as events of `tms.routes`, keyed by route. An event's id follows from what it says, so it is the same after a
/// crash.
struct RouteNewsEncoder: RecordEncoder {
    func key(of news: RouteNews) -> [UInt8]? { news.route.utf8 }

    func encode(_ news: RouteNews, at time: EventTime, key: [UInt8]?, into batch: inout BatchBuilder) {
        envelope(news).append(to: &batch, at: time, key: key) { json in
            switch news.content {
            case .started(let deviation): write(deviation, "STARTED", of: news, into: &json)
            case .cleared(let deviation): write(deviation, "CLEARED", of: news, into: &json)
            case .completed(let meters, let span):
                json.field("route_id", news.route)
                json.field("load_id", news.load)
                json.field("vehicle_id", news.vehicle)
                json.field("actual_miles", miles(meters))
                json.field("actual_minutes", minutes(span))
            }
        }
    }

    private func envelope(_ news: RouteNews) -> EventEnvelope {
        let (type, about, severity): (EventType, String, Severity) =
            switch news.content {
            case .started(let deviation): (.routeDeviation, "STARTED \(deviation.id)", .warning)
            case .cleared(let deviation): (.routeDeviation, "CLEARED \(deviation.id)", .info)
            case .completed: (.routeCompleted, "COMPLETED \(news.route) \(news.vehicle)", .info)
            }
        return EventEnvelope(
            eventID: .version7(at: news.time, Entropy(of: Array(about.utf8))), type: type, timestamp: news.time,
            source: "linehaul/\(RouteDeviation.name)", correlationID: news.route.description, entityType: .route, entityID: news.route,
            severity: severity)
    }

    private func write(_ deviation: Deviation, _ state: String, of news: RouteNews, into json: inout JSONWriter) {
        json.field("deviation_id", deviation.id)
        json.field("state", state)
        json.field("route_id", news.route)
        json.field("vehicle_id", news.vehicle)
        json.field("load_id", news.load)
        json.field("distance_off_miles", miles(deviation.distanceOff))
        json.field("since", deviation.since)
        json.object("position") { place(deviation.position, into: &$0) }
        json.object("entry_point") { place(deviation.entry, into: &$0) }
        json.field("extra_miles", miles(deviation.extraMeters))
        json.field("estimated_delay", minutes(deviation.delay))
    }

    private func place(_ place: GeoPoint, into json: inout JSONWriter) {
        json.field("latitude", place.rounded.latitude)
        json.field("longitude", place.rounded.longitude)
    }

    /// Miles to a hundredth.
    private func miles(_ meters: Double) -> Double { (meters / Earth.metersPerMile * 100).rounded() / 100 }

    /// Minutes to a tenth.
    private func minutes(_ span: EventTime.Span) -> Double { (Double(span.microseconds) / 6e6).rounded() / 10 }
}
