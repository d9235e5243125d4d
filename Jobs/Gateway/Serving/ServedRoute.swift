internal import Access
internal import Freight
internal import HTTPServer
internal import Metrics

/// A route in service: what each request to it needs, made once.
final class ServedRoute: Sendable {
    let route: Route
    let meter: RouteMeter
    private let pathNames: [String]
    private let isOfOneDriver: Bool
    /// Who may ask at all; nil for everybody.
    private let roles: [Role]?

    init(_ route: Route, _ metrics: MetricsRegistry) {
        self.route = route
        meter = RouteMeter(metrics, method: route.method.rawValue, route: route.path)
        pathNames = route.pathNames
        roles = route.right.map { right in Role.allCases.filter { $0.rights.contains(right) } }
        isOfOneDriver = route.path.hasPrefix("/api/drivers/{id}")
    }

    /// Whether somebody may ask for what that path names.
    func allows(_ principal: Access.Principal, _ path: RouteParameters) -> Bool {
        guard let right = route.right, let roles else { return true }
        guard roles.contains(principal.role) else { return false }
        if route.isNarrowed || principal.role != .driver { return true }
        return principal.may(right, driver: isOfOneDriver ? path["id"].lowercased() : nil)
    }

    /// What is wrong with a path's ids.
    func pathProblems(_ path: RouteParameters) -> [FieldProblem] {
        pathNames.compactMap { name in TextForm.uuid.issue(of: path[name]).map { FieldProblem(name, $0) } }
    }
}
