internal import Access
internal import Freight
internal import ReadModel
internal import StreamCore

extension Route {
    /// Carriers.
    static let carriers: [Route] = {
        let routes = EntityRoutes<Carrier>(
            right: .manage, filters: [Filters.text, Filters.status(CarrierStatus.self)],
            conditions: { query in Filters.texts(query, .carriers, ["status"]) + Filters.words(query) })
        return routes.all + [
            routes.command(
                "status", .status, [.put], "Set whether a carrier takes loads", right: .manage, body: .status(of: CarrierStatus.self)),
            performance(of: .carrier),
        ]
    }()

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
