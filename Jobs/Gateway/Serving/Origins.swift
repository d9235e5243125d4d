internal import HTTPServer

/// Which web pages may use the API (CORS): those of the origins that the process is told.
struct Origins: Sendable {
    private let allowed: Set<String>

    init(_ allowed: Set<String>) { self.allowed = allowed }

    /// Whether a request comes from no page at all, from one of this very server, or from one that may.
    func allows(_ request: HTTPRequest) -> Bool {
        guard let origin = request.headers["Origin"] else { return true }
        if allowed.contains(origin) || allowed.contains("*") { return true }
        return request.headers["Host"].map { origin == "http://\($0)" || origin == "https://\($0)" } ?? false
    }

    /// What every answer to a page carries.
    func headers(for request: HTTPRequest) -> [HTTPHeaders.Field] {
        guard let origin = request.headers["Origin"], allows(request) else { return [] }
        return [
            .init("Access-Control-Allow-Origin", origin), .init("Vary", "Origin"),
            .init("Access-Control-Expose-Headers", "ETag, Location, Retry-After, X-Correlation-Id"),
        ]
    }

    /// The answer to a question for what a path takes, or the whole server (`*`); nil for a path that there is not.
    func options(_ request: HTTPRequest, _ finding: Router<Int>.Finding) -> HTTPResponse? {
        if case .unknownPath = finding, request.target != "*" { return nil }
        var methods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
        if case .wrongMethod(let allowed) = finding { methods = (allowed + ["OPTIONS"]).joined(separator: ", ") }
        var response = HTTPResponse(status: 204, headers: ["Allow": methods])
        if request.headers["Origin"] != nil, request.headers["Access-Control-Request-Method"] != nil, allows(request) {
            response.headers["Access-Control-Allow-Methods"] = methods
            response.headers["Access-Control-Allow-Headers"] =
                "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-API-Key, X-Correlation-Id, X-User-Id"
            response.headers["Access-Control-Max-Age"] = "600"
        }
        return response
    }
}
