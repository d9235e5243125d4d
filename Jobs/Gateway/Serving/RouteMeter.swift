internal import Metrics
internal import StreamCore
internal import Synchronization

/// Counts the answers of one route, by code, and how long they took.
final class RouteMeter: Sendable {
    private let registry: MetricsRegistry
    private let route: String
    private let method: String
    private let seconds: Histogram
    private let codes = Mutex<[Int: Counter]>([:])

    /// From half a millisecond on: most answers come from memory.
    private static let bounds = [0.0005] + Histogram.secondsBounds

    init(_ registry: MetricsRegistry, method: String, route: String) {
        self.registry = registry
        (self.method, self.route) = (method, route)
        seconds = registry.histogram(
            "http_request_seconds", "From a request's arrival to its answer.", bounds: RouteMeter.bounds,
            ["method": method, "route": route])
    }

    /// The route as people write it.
    var name: String { "\(method) \(route)" }

    func count(_ status: Int, took span: EventTime.Span) {
        seconds.observe(span.duration)
        let counter = codes.withLock { codes in
            if let known = codes[status] { return known }
            let made = registry.counter(
                "http_requests_total", "Requests answered.", ["method": method, "route": route, "code": "\(status)"])
            codes[status] = made
            return made
        }
        counter.add()
    }
}
