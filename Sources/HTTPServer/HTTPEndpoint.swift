/// What serves the requests of one route. Called on the listener's thread: it answers at once, or elsewhere.
public typealias HTTPEndpoint = @Sendable (HTTPRequest, RouteParameters, HTTPReply) -> Void

extension Router where Endpoint == HTTPEndpoint {
    /// Answers through the route that is found, else with 404 or 405: a listener's whole handler.
    public func answer(_ request: HTTPRequest, _ reply: HTTPReply) {
        switch find(request.method, request.segments) {
        case .found(let endpoint, let parameters):
            endpoint(request, parameters, reply)
        case .wrongMethod(let allowed):
            let methods = allowed.joined(separator: ", ")
            var refusal = HTTPResponse.refusal(405, code: "METHOD_NOT_ALLOWED", "\(request.path) takes \(methods)")
            refusal.headers["Allow"] = methods
            reply.send(refusal)
        case .unknownPath:
            reply.send(.refusal(404, code: "NOT_FOUND", "nothing is at \(request.path)"))
        }
    }
}
