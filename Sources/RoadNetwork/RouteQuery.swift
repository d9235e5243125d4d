public import Geodesy

/// What way somebody asks for.
public struct RouteQuery: Hashable, Sendable {
    /// Where a way begins, ends or calls.
    public enum Stop: Hashable, Sendable {
        /// A place of the network.
        case place(String)
        /// Any point: the way goes by the place next to it.
        case point(GeoPoint)
    }

    /// Where it begins.
    public var origin: Stop
    /// Where it ends.
    public var destination: Stop
    /// Where it calls on the way.
    public var waypoints: [Stop]
    /// Whether the waypoints may be called at in any order.
    public var optimizesOrder: Bool
    /// Segments and places that it does not use.
    public var avoided: Set<String>
    /// Whether it uses no toll road.
    public var avoidsTolls: Bool
    /// What restrictions are held against.
    public var vehicle: VehicleProfile

    /// A query of those parts.
    public init(
        from origin: Stop, to destination: Stop, by waypoints: [Stop] = [], optimizesOrder: Bool = false,
        avoiding avoided: Set<String> = [],
        avoidsTolls: Bool = false, vehicle: VehicleProfile = VehicleProfile()
    ) {
        self.origin = origin
        self.destination = destination
        self.waypoints = waypoints
        self.optimizesOrder = optimizesOrder
        self.avoided = avoided
        self.avoidsTolls = avoidsTolls
        self.vehicle = vehicle
    }
}

/// Why there is no way, in words for whoever asked.
public struct RoutingFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is the matter, as far as callers act on it.
    public enum Kind: Hashable, Sendable {
        /// A place or segment that the network does not have.
        case unknownPlace
        /// The places are there, and no way leads from one to the other.
        case noWay
    }

    /// What is the matter.
    public let kind: Kind
    /// What was looked for, what is missing and what would help.
    public let description: String
}

/// A way: what it goes through and what it takes.
public struct Way: Hashable, Sendable {
    /// One segment of it, or the straight line between a point and the place next to it.
    public struct Leg: Hashable, Sendable {
        /// Where it begins.
        public let from: RouteQuery.Stop
        /// Where it ends.
        public let to: RouteQuery.Stop
        /// The segment that it follows; `nil` for the way between a point and a place.
        public let segment: String?
        /// Its length in miles.
        public let distanceMiles: Double
        /// How long it takes in the traffic there is, in minutes.
        public let durationMinutes: Double
        /// What using it takes, in cents.
        public let tollCents: Int64

        /// A leg of that kind.
        public init(
            from: RouteQuery.Stop, to: RouteQuery.Stop, segment: String?, distanceMiles: Double, durationMinutes: Double, tollCents: Int64
        ) {
            (self.from, self.to, self.segment) = (from, to, segment)
            (self.distanceMiles, self.durationMinutes, self.tollCents) = (distanceMiles, durationMinutes, tollCents)
        }
    }

    /// Its parts in the order in which they are driven.
    public let legs: [Leg]
    /// Where it calls, in order, first and last included; indices into `[origin] + waypoints + [destination]`.
    public let order: [Int]
    /// The points along it, at least two.
    public let line: [GeoPoint]

    /// A way of those parts; `line` has at least two points.
    public init(legs: [Leg], order: [Int], line: [GeoPoint]) {
        (self.legs, self.order, self.line) = (legs, order, line)
    }

    /// Its length in miles.
    public var distanceMiles: Double { legs.reduce(0) { $0 + $1.distanceMiles } }
    /// How long it takes, in minutes, rests not counted.
    public var durationMinutes: Double { legs.reduce(0) { $0 + $1.durationMinutes } }
    /// What its toll roads take, in cents.
    public var tollCents: Int64 { legs.reduce(0) { $0 + $1.tollCents } }
    /// The places that it goes through.
    public var path: [String] {
        guard let first = legs.first else { return [] }
        return ([first.from] + legs.map(\.to)).compactMap(\.id)
    }
}
