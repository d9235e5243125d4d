internal import Geodesy
public import StreamCore

/// What a client asks to be told of, checked.
public struct FeedRequest: Hashable, Sendable {
    /// Where to begin.
    public enum Start: Hashable, Sendable {
        /// With what happens from now on.
        case latest
        /// Behind what a resume token stands for.
        case token(String)
    }

    /// A part of a request that is wrong.
    public struct Problem: Error, Hashable, Sendable {
        /// Which part.
        public let field: String
        /// What is wrong about it.
        public let issue: String
    }

    /// All that is wrong with a request.
    public struct Problems: Error, Hashable, Sendable {
        /// Each of them, in the order of the fields.
        public let all: [Problem]
    }

    /// What the client calls it; given back in the answer.
    public let id: JSON?
    /// Which events.
    public let filter: FeedFilter
    /// Where to begin.
    public let start: Start

    /// Values of one field may be as many as this.
    private static let mostValues = 1_000
    /// A circle may be as wide as this.
    private static let widestMiles = 1_000.0

    /// Reads the request of somebody who may see `scope`, or says all that is wrong with it. Types of events and of things may be written in
    /// either case.
    public init(_ members: JSON, within scope: FeedScope = .everything, _ catalog: FeedCatalog) throws(Problems) {
        var problems: [Problem] = []
        let types = Self.values("event_types", members, &problems) { $0.uppercased() }
        Self.check("event_types", types, among: catalog.topics.reduce(into: []) { $0.formUnion($1.eventTypes) }, &problems)
        let kinds = Self.values("entity_types", members, &problems) { $0.uppercased() }
        Self.check("entity_types", kinds, among: catalog.entityTypes, &problems)
        let ids = Self.values("entity_ids", members, &problems, Self.entityID)
        let topics = Self.values("topics", members, &problems) { $0 }
        Self.check("topics", topics, among: Set(catalog.topics.map(\.name)), &problems)
        let near = Self.circle(members["near"], &problems)
        start = Self.start(members["from"], &problems)
        id = members["id"]
        filter = FeedFilter(eventTypes: types, entityTypes: kinds, entityIDs: ids, topics: topics, near: near, within: scope, in: catalog)
        if !problems.isEmpty { throw Problems(all: problems) }
    }

    private static func values(
        _ field: String, _ members: JSON, _ problems: inout [Problem], _ form: (String) -> String
    ) -> Set<String> {
        guard let value = members[field], value != .null else { return [] }
        guard let elements = value.array, elements.allSatisfy({ $0.string != nil }) else {
            problems.append(Problem(field: field, issue: "must be a list of texts"))
            return []
        }
        if elements.count > mostValues { problems.append(Problem(field: field, issue: "must hold at most \(mostValues) values")) }
        return Set(elements.compactMap(\.string).map(form))
    }

    private static func check(_ field: String, _ values: Set<String>, among known: Set<String>, _ problems: inout [Problem]) {
        for value in values.subtracting(known).sorted() {
            let hint = nearest(to: value, among: known.sorted()).map { "; did you mean \($0)?" } ?? ""
            problems.append(Problem(field: field, issue: "\(value) is none\(hint)"))
        }
    }

    /// Ids are lower-case UUIDs; what is none, as a user's name, is left as it is.
    private static func entityID(_ text: String) -> String { text.utf8.count == 36 ? text.lowercased() : text }

    private static func circle(_ value: JSON?, _ problems: inout [Problem]) -> GeoCircle? {
        guard let value, value != .null else { return nil }
        guard let latitude = value["latitude"]?.number, let longitude = value["longitude"]?.number,
            let center = GeoPoint(checking: latitude, longitude)
        else {
            problems.append(Problem(field: "near", issue: "must have a latitude of -90 to 90 and a longitude of -180 to 180"))
            return nil
        }
        guard let miles = value["radius_miles"]?.number, miles > 0, miles <= widestMiles else {
            problems.append(Problem(field: "near.radius_miles", issue: "must be above 0 and at most \(Int(widestMiles))"))
            return nil
        }
        return GeoCircle(center: center, radiusMeters: miles * Earth.metersPerMile)
    }

    private static func start(_ value: JSON?, _ problems: inout [Problem]) -> Start {
        switch value {
        case nil, .null, "latest": return .latest
        case .string(let token): return .token(token)
        default:
            problems.append(Problem(field: "from", issue: "must be \"latest\" or a resume token"))
            return .latest
        }
    }
}
