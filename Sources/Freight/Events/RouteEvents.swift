internal import StreamCore
internal import Wire

extension Route {
    /// What ROUTE_OPTIMIZED says: the whole route, under the name that it has in other events too.
    static let eventFields: [EventField<Route>] =
        [.optional("route_id", \.id, as: .uuid), .required("id", \.id, as: .uuid)]
        + Route.fields.map(EventField.init)

    /// The event that it was planned, or planned anew.
    public func optimized(on occasion: Occasion) -> BusinessEvent {
        BusinessEvent(occasion.envelope(.routeOptimized, .route, id, step: "\(version)"), Route.eventFields, of: self)
    }

    /// A route that has been driven, and what that took.
    struct Completion: Sendable {
        let route: Route
        let miles: Double?
        let minutes: Double?

        static let eventFields: [EventField<Completion>] = [
            .required("route_id", \.route.id, as: .uuid),
            .optional("load_id", \.route.loadID, as: .uuid),
            .optional("vehicle_id", \.route.vehicleID, as: .uuid),
            .optional("actual_miles", \.miles, as: .quantity, in: .miles),
            .optional("actual_minutes", \.minutes, as: .quantity, in: .minutes),
        ]
    }

    /// The event that its load was delivered. What was not measured is left out.
    public func completed(miles: Double?, minutes: Double?, on occasion: Occasion) -> BusinessEvent {
        BusinessEvent(
            occasion.envelope(.routeCompleted, .route, id), Completion.eventFields,
            of: Completion(route: self, miles: miles, minutes: minutes))
    }
}
