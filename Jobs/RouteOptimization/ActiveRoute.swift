internal import Freight
internal import Geodesy
internal import RoadNetwork
internal import StreamCore
internal import Wire

/// A route that is under way, as its snapshot has it.
struct ActiveRoute: Sendable {
    let id: EntityID
    let version: Int
    let vehicle: EntityID?
    let driver: EntityID?
    let form: RouteForm
    let way: Way

    /// The route of a snapshot; `nil` where it is not under way, or has no way that could be followed.
    init?(_ text: [UInt8]) {
        guard let json = try? JSON(parsing: text), json["status"]?.string == RouteStatus.active.rawValue,
            let id = json["id"]?.string, let version = json["version"]?.integer, let form = try? RouteForm(json),
            let line = json["geometry"].flatMap({ try? Polyline(geoJSON: $0) })
        else { return nil }
        let legs = (json["legs"]?.array ?? []).compactMap { Way.Leg($0) }
        guard !legs.isEmpty, legs.count == json["legs"]?.array?.count else { return nil }
        self.id = EntityID(id)
        self.version = Int(version)
        vehicle = json["vehicle_id"]?.string.map { EntityID($0) }
        driver = json["driver_id"]?.string.map { EntityID($0) }
        self.form = form
        way = Way(legs: legs, order: [], line: line.vertices)
    }

    /// Whether a leg from that one on is not what the network says of it.
    func isOutdated(from first: Int, in network: RoadNetwork) -> Bool {
        let tariff = Tariff(form.criterion)
        return way.legs.dropFirst(first).contains { leg in
            guard let id = leg.segment else { return false }
            guard let segment = network.segment(id), !segment.isClosed else { return true }
            return abs(tariff.minutes(segment) - leg.durationMinutes) > 0.01 || abs(segment.distanceMiles - leg.distanceMiles) > 0.01
                || segment.tollCents != leg.tollCents
        }
    }

    /// The leg that a vehicle is on, by where it is: the nearest one. None where that is not known: then it has yet to set out.
    func leg(at place: GeoPoint?, in network: RoadNetwork) -> Int? {
        guard let place else { return nil }
        var best: (leg: Int, distance: Double)?
        for (number, leg) in way.legs.enumerated() {
            guard let ends = Polyline([leg.from, leg.to].compactMap { $0.point(in: network) }) else { continue }
            let distance = ends.nearest(to: place, within: 0...ends.length).distance
            if distance < best?.distance ?? .infinity { best = (number, distance) }
        }
        return best?.leg
    }
}

extension RouteQuery.Stop {
    /// Where it is; `nil` for a place that the network does not have.
    func point(in network: RoadNetwork) -> GeoPoint? {
        switch self {
        case .place(let id): network.place(id)?.point
        case .point(let point): point
        }
    }
}

/// A way planned again: what was driven of the old one, and the rest anew.
struct Replan: Sendable {
    let way: Way
    /// What is still to be driven, in minutes.
    let minutesLeft: Double

    /// The route's way from the network as it is now; `nil` where the old one stays: nothing better leads there, or nothing leads there.
    /// The leg that the vehicle is on is driven to its end.
    init?(_ route: ActiveRoute, at place: GeoPoint?, in network: RoadNetwork) {
        let tariff = Tariff(route.form.criterion)
        let current = route.leg(at: place, in: network)
        let driven = Array(route.way.legs.prefix(current.map { $0 + 1 } ?? 0))
        var query = route.form.query
        if let last = driven.last {
            if driven.count == route.way.legs.count { return nil }
            for leg in driven where leg.to == query.waypoints.first { query.waypoints.removeFirst() }
            query.origin = last.to
        }
        guard let rest = try? network.way(query, by: tariff) else { return nil }
        let legs = driven + rest.legs
        if legs == route.way.legs || legs.map(\.json) == route.way.legs.map(\.json) { return nil }
        let behind = driven.map(\.from).compactMap { $0.point(in: network) }
        way = Way(legs: legs, order: [], line: behind + rest.line)
        minutesLeft = rest.durationMinutes
    }
}
