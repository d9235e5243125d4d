/// Finds what serves a method and a path. A value: built once, asked for every request.
///
/// A pattern is a path whose parts are words or `{names}`: "/ops/jobs/{job}/restart". A word beats a name, so "/loads/search" is
/// found before "/loads/{id}". GET serves HEAD too, unless HEAD has a route of its own.
public struct Router<Endpoint: Sendable>: Sendable {
    /// What a lookup finds.
    public enum Finding: Sendable {
        /// The endpoint, and the decoded parts of the path that its pattern names.
        case found(Endpoint, RouteParameters)
        /// The path is served, by these methods alone: 405, with them as `Allow`.
        case wrongMethod(allowed: [String])
        /// No pattern is like the path: 404.
        case unknownPath
    }

    private var tree = RouteTree()
    private var endpoints: [Endpoint] = []

    /// A router without routes.
    public init() {}

    /// Adds a route. A method and pattern that are there already are a mistake in the program, which stops it.
    public mutating func add(_ method: String, _ pattern: String, _ endpoint: Endpoint) {
        tree.add(method, pattern, endpoints.count)
        endpoints.append(endpoint)
    }

    /// What serves that method and those decoded parts of a path.
    public func find(_ method: String, _ segments: [String]) -> Finding {
        if let (index, parameters) = tree.find(method, segments) { return .found(endpoints[index], parameters) }
        let allowed = tree.methods(at: segments)
        return allowed.isEmpty ? .unknownPath : .wrongMethod(allowed: allowed.sorted())
    }
}

/// Which pattern a path is like: routes by number, whatever they lead to.
struct RouteTree: Sendable {
    private struct Route: Sendable {
        let number: Int
        let names: [String]
    }

    private struct Node: Sendable {
        var words: [String: Node] = [:]
        /// What follows any one part; none or one.
        var anything: [Node] = []
        var routes: [String: Route] = [:]

        mutating func add(_ route: Route, _ method: String, along parts: ArraySlice<Substring>) {
            guard let part = parts.first else {
                precondition(routes[method] == nil, "two routes for \(method) of one pattern")
                routes[method] = route
                return
            }
            if part.hasPrefix("{") {
                if anything.isEmpty { anything.append(Node()) }
                anything[0].add(route, method, along: parts.dropFirst())
            } else {
                words[String(part), default: Node()].add(route, method, along: parts.dropFirst())
            }
        }

        /// The most literal route for a method at the end of a path; `values` has the parts that its names stand for.
        func route(for method: String, along path: ArraySlice<String>, _ values: inout [String]) -> Route? {
            guard let part = path.first else { return routes[method] }
            let rest = path.dropFirst()
            if let route = words[part]?.route(for: method, along: rest, &values) { return route }
            guard let next = anything.first else { return nil }
            values.append(part)
            if let route = next.route(for: method, along: rest, &values) { return route }
            values.removeLast()
            return nil
        }

        /// The methods of every pattern that a path is like.
        func methods(at path: ArraySlice<String>) -> Set<String> {
            guard let part = path.first else { return Set(routes.keys) }
            let rest = path.dropFirst()
            return (words[part]?.methods(at: rest) ?? []).union(anything.first?.methods(at: rest) ?? [])
        }
    }

    private var root = Node()

    mutating func add(_ method: String, _ pattern: String, _ number: Int) {
        let parts = pattern.split(separator: "/")
        let names = parts.filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
        root.add(Route(number: number, names: names), method, along: parts[...])
    }

    /// The route for a method and a path's decoded parts.
    func find(_ method: String, _ segments: [String]) -> (number: Int, parameters: RouteParameters)? {
        var values: [String] = []
        var route = root.route(for: method, along: segments[...], &values)
        if route == nil, method == "HEAD" { route = root.route(for: "GET", along: segments[...], &values) }
        return route.map { ($0.number, RouteParameters($0.names, values)) }
    }

    /// The methods that a path is served by.
    func methods(at segments: [String]) -> Set<String> {
        var methods = root.methods(at: segments[...])
        if methods.contains("GET") { methods.insert("HEAD") }
        return methods
    }
}

/// The parts of a path that a pattern names.
public struct RouteParameters: Hashable, Sendable {
    private let names: [String]
    private let values: [String]

    init(_ names: [String], _ values: [String]) {
        (self.names, self.values) = (names, values)
    }

    /// The part of that name, decoded; empty for a name that the pattern does not have.
    public subscript(name: String) -> String { names.firstIndex(of: name).map { values[$0] } ?? "" }
}
