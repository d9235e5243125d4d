internal import Access
internal import Dataflow
internal import Freight
internal import HTTPServer
internal import StreamCore
internal import Wire

/// Lets requests in: finds the route, learns who asks and whether they may, checks what they say, and hands the call to the route.
///
/// All of it happens on the listener's thread; whatever takes longer than a look into memory the route does elsewhere.
final class Entrance: Sendable {
    private let desk: Desk
    private let router: Router<Int>
    private let routes: [ServedRoute]
    private let unknown: RouteMeter
    private let origins: Origins

    init(_ desk: Desk) {
        self.desk = desk
        let routes = Route.all
        var router = Router<Int>()
        for (index, route) in routes.enumerated() where route.serve != nil {
            for (method, path) in route.places { router.add(method.rawValue, path, index) }
        }
        let metrics = desk.surroundings.metrics
        self.routes = routes.map { ServedRoute($0, metrics) }
        self.router = router
        unknown = RouteMeter(metrics, method: "any", route: "none")
        origins = Origins(desk.surroundings.origins)
    }

    /// Answers a request, at once or later.
    func take(_ request: HTTPRequest, _ reply: HTTPReply) {
        let begun = desk.now
        let correlation = request.correlation { desk.makeID() }
        let signature = origins.headers(for: request) + [.init(HTTPRequest.correlation, correlation)]
        func answering(_ meter: RouteMeter) -> Answering {
            Answering(reply, signature: signature, meter, desk.journal, correlation, begun: begun, clock: desk.scope.clock)
        }
        let finding = router.find(request.method, request.segments)
        if request.method == "OPTIONS", let options = origins.options(request, finding) { return answering(unknown).send(options) }
        switch finding {
        case .unknownPath:
            let refusal = Refusal(404, "NOT_FOUND", "nothing is at \(request.path); /openapi.json says what there is")
            answering(unknown).send(.refusal(refusal, correlation))
        case .wrongMethod(let allowed):
            let methods = allowed.joined(separator: ", ")
            var response = HTTPResponse.refusal(
                Refusal(405, "METHOD_NOT_ALLOWED", "\(request.path) takes \(methods)"), correlation)
            response.headers["Allow"] = methods
            answering(unknown).send(response)
        case .found(let index, let path):
            // What tells nobody's secrets is for everybody.
            let served = routes[index]
            let identified =
                served.route.right == nil ? Identified(.success(.anybody(named: nil))) : desk.surroundings.identify(request)
            let fields = signature + identified.headers.map { HTTPHeaders.Field($0.name, $0.value) }
            let answering = Answering(
                reply, signature: fields, served.meter, desk.journal, correlation, begun: begun, clock: desk.scope.clock)
            do throws(Refusal) {
                try served.route.serve?(try call(served, request, path, identified, correlation, answering), desk)
            } catch {
                answering.send(.refusal(error, correlation))
            }
        }
    }

    private func call(
        _ served: ServedRoute, _ request: HTTPRequest, _ path: RouteParameters, _ identified: Identified, _ correlation: String,
        _ reply: Answering
    ) throws(Refusal) -> Call {
        let (route, principal) = (served.route, try identified.result.get())
        if route.method != .get, !origins.allows(request) {
            throw Refusal(
                403, "FORBIDDEN", "pages of \(request.headers["Origin"] ?? "there") may not use this API; LINEHAUL_CORS says which may")
        }
        guard served.allows(principal, path) else {
            throw Refusal(403, "FORBIDDEN", "\(principal.role.rawValue) may not \(route.summary.lowercasingFirst)")
        }
        var problems = served.pathProblems(path)
        let query = Arguments(request.query, route.parameters, &problems)
        if !problems.isEmpty { throw .invalid(problems) }
        if route.body != nil, let coding = request.headers["Content-Encoding"], coding.lowercased() != "identity" {
            throw .invalid("Content-Encoding", "must be left out: bodies are read as they come")
        }
        if let form = route.body, !request.body.isEmpty, let type = request.headers["Content-Type"], !form.takes(type) {
            throw Refusal(
                415, "UNSUPPORTED_MEDIA_TYPE", "a body is JSON: send it as application/json, or leave Content-Type out",
                details: [FieldProblem("Content-Type", "must be application/json or another type of JSON")])
        }
        let body = try route.body.map { body throws(Refusal) in try body.read(request.body) } ?? .null
        return Call(
            method: route.method, request: request, path: path, query: query, body: body, principal: principal, stays: identified.stays,
            correlation: correlation, reply: reply)
    }
}

extension HTTPRequest {
    /// The caller's own id of it, where that is one that may stand in a header and in a log; else what `makeID` makes.
    func correlation(_ makeID: () -> EntityID) -> String { correlationID ?? makeID().description }
}

extension String {
    /// The text with its first letter in lower case.
    var lowercasingFirst: String { prefix(1).lowercased() + dropFirst() }
}
