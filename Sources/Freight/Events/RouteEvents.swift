internal import StreamCore
internal import Wire

extension Route {
    /// The event that it was planned, or planned anew: it carries the whole route.
    public func optimized(on occasion: Occasion) -> BusinessEvent {
        BusinessEvent(occasion.envelope(.routeOptimized, .route, id, step: "\(version)")) { json in
            json.field("route_id", id)
            write(&json)
        }
    }

    /// The event that its load was delivered. What was not measured is left out.
    public func completed(miles: Double?, minutes: Double?, on occasion: Occasion) -> BusinessEvent {
        BusinessEvent(occasion.envelope(.routeCompleted, .route, id)) { json in
            json.field("route_id", id)
            json.field("load_id", loadID)
            json.field("vehicle_id", vehicleID)
            json.field("actual_miles", miles)
            json.field("actual_minutes", minutes)
        }
    }
}
