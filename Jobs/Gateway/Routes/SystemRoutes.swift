internal import Access
internal import Freight
internal import HTTPServer
internal import StreamCore

extension Route {
    /// What the process says of itself, and of the API. Health and metrics are answered where the listener is: also while the gateway is
    /// paused.
    static let system: [Route] = [
        Route(
            method: .get, path: "/health", aliases: [(.get, "/api/health"), (.get, "/health/ready")], summary: "Read how the process is",
            group: "system", right: nil,
            answers: [
                .init(200, .shape(health), "It works, degraded or not."),
                .init(503, .shape(health), "It does not: the log does not answer."),
            ]),
        Route(
            method: .get, path: "/health/live", summary: "Ask whether the process lives", group: "system", right: nil,
            answers: [.init(200, .shape(.document), "It lives.")]),
        Route(
            method: .get, path: "/metrics", summary: "Read metrics", group: "system", right: .administer,
            answers: [.init(200, .media("text/plain"), "Metrics as Prometheus reads them.")]),
        Route(
            method: .get, path: "/openapi.json", summary: "Read this document", group: "system", right: nil,
            answers: [.init(200, .shape(.document), "OpenAPI 3.1.")],
            serve: { call, desk in call.answer(200, OpenAPI.document(version: desk.surroundings.version)) }),
        Route(
            method: .get, path: "/docs", summary: "Read and try the API", group: "system", right: nil,
            answers: [.init(200, .media("text/html"), "A page.")],
            serve: { call, _ in call.reply.send(.text(DocsPage.html, type: "text/html; charset=utf-8")) }),
    ]

    private static let health = Shape.object([
        .init("status", .oneOf(["HEALTHY", "DEGRADED", "UNHEALTHY"]), isRequired: true), .init("version", .text, isRequired: true),
        .init("uptime_seconds", .count, isRequired: true), .init("dependencies", .document, isRequired: true),
        .init("system", .document, isRequired: true), .init("jobs", .document, isRequired: true),
    ])
}
