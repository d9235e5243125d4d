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

    private struct Route: Sendable {
        let endpoint: Endpoint
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

        /// The nodes with routes at the end of that path, the most literal first.
        func ends(of path: ArraySlice<String>, _ values: [String] = []) -> [(node: Node, values: [String])] {
            guard let part = path.first else { return routes.isEmpty ? [] : [(self, values)] }
            let rest = path.dropFirst()
            let byWord = words[part]?.ends(of: rest, values) ?? []
            return byWord + (anything.first?.ends(of: rest, values + [part]) ?? [])
        }
    }

    private var root = Node()

    /// A router without routes.
    public init() {}

    /// Adds a route. A method and pattern that are there already are a mistake in the program, which stops it.
    public mutating func add(_ method: String, _ pattern: String, _ endpoint: Endpoint) {
        let parts = pattern.split(separator: "/")
        let names = parts.filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
        root.add(Route(endpoint: endpoint, names: names), method, along: parts[...])
    }

    /// What serves that method and those decoded parts of a path.
    public func find(_ method: String, _ segments: [String]) -> Finding {
        let ends = root.ends(of: segments[...])
        for wanted in method == "HEAD" ? ["HEAD", "GET"] : [method] {
            for (node, values) in ends {
                if let route = node.routes[wanted] { return .found(route.endpoint, RouteParameters(route.names, values)) }
            }
        }
        if ends.isEmpty { return .unknownPath }
        var allowed = Set(ends.flatMap(\.node.routes.keys))
        if allowed.contains("GET") { allowed.insert("HEAD") }
        return .wrongMethod(allowed: allowed.sorted())
    }
}

/// The parts of a path that a pattern names.
public struct RouteParameters: Hashable, Sendable {
    private let values: [String: String]

    init(_ names: [String], _ values: [String]) {
        self.values = Dictionary(zip(names, values)) { first, _ in first }
    }

    /// The part of that name, decoded; empty for a name that the pattern does not have.
    public subscript(name: String) -> String { values[name] ?? "" }
}
