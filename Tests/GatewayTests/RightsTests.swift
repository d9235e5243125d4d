internal import Access
@testable internal import Gateway
internal import HTTPServer
internal import Metrics
internal import Testing

/// Who may ask for which route: every route against every role.
@Suite struct RightsTests {
    private static let own = "0000d00d-0000-4000-8000-000000000001"
    private static let other = "0000d00d-0000-4000-8000-000000000002"

    private let metrics = MetricsRegistry()

    private func allowed(_ role: Role) throws -> Set<String> {
        let principal = Principal(userID: "u", role: role, driverID: role == .driver ? RightsTests.own : nil, evidence: .key(id: "k"))
        return Set(
            try Route.all.filter { route in
                guard route.right != nil else { return false }
                return ServedRoute(route, metrics).allows(principal, try path(of: route, RightsTests.own))
            }.map { "\($0.method.rawValue) \($0.path)" })
    }

    /// The ids of a path, found as the entrance finds them.
    private func path(of route: Route, _ id: String) throws -> RouteParameters {
        var router = Router<Int>()
        router.add(route.method.rawValue, route.path, 0)
        let segments = route.path.split(separator: "/").map { $0.hasPrefix("{") ? id : String($0) }
        guard case .found(_, let parameters) = router.find(route.method.rawValue, segments) else {
            throw NoWay(path: route.path)
        }
        return parameters
    }

    private struct NoWay: Error { let path: String }

    @Test func `what needs no right is health and what describes the API`() {
        #expect(Set(Route.all.filter { $0.right == nil }.map(\.path)) == ["/health", "/health/live", "/openapi.json", "/docs"])
    }

    @Test func `an admin may do everything`() throws {
        #expect(try allowed(.admin).count == Route.all.filter { $0.right != nil }.count)
    }

    @Test func `a viewer reads, and neither keys nor webhooks nor metrics`() throws {
        let reads = Route.all.filter { route in
            route.method == .get && route.right != nil
                && !["/api/api-keys", "/api/webhooks", "/metrics"].contains { route.path.hasPrefix($0) }
        }
        #expect(try allowed(.viewer) == Set(reads.map { "GET \($0.path)" }))
    }

    @Test func `a dispatcher also changes loads and says how vehicles and drivers are and where`() throws {
        let more = try allowed(.dispatcher).subtracting(try allowed(.viewer))
        #expect(
            more == [
                "POST /api/loads", "PUT /api/loads/{id}", "PATCH /api/loads/{id}", "DELETE /api/loads/{id}", "POST /api/loads/{id}/assign",
                "PUT /api/loads/{id}/status", "PUT /api/vehicles/{id}/status", "PUT /api/vehicles/{id}/location",
                "PUT /api/drivers/{id}/status", "PUT /api/drivers/{id}/location", "POST /api/routes/optimize",
            ])
    }

    @Test func `a driver reads about itself and says its own status and location`() throws {
        #expect(
            try allowed(.driver) == [
                "GET /api/drivers/{id}", "GET /api/drivers/{id}/hos", "GET /api/drivers/{id}/performance", "PUT /api/drivers/{id}/status",
                "PUT /api/drivers/{id}/location", "GET /api/events/stream",
            ])
        let principal = Principal(userID: "u", role: .driver, driverID: RightsTests.own, evidence: .key(id: "k"))
        for route in Route.all where route.path.hasPrefix("/api/drivers/{id}") {
            #expect(!ServedRoute(route, metrics).allows(principal, try path(of: route, RightsTests.other)))
        }
    }
}
