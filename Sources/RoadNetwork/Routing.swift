internal import Geodesy
internal import StreamCore

extension RoadNetwork {
    /// The way that weighs least by a tariff. Takes milliseconds where there are two stops, one search a stop where their order is free. A way
    /// that leads nowhere, and places and segments that the network does not have, are refused.
    public func way(_ query: RouteQuery, by tariff: Tariff) throws(RoutingFailure) -> Way {
        for id in query.avoided where node(id) == nil && segment(id) == nil {
            throw RoutingFailure(kind: .unknownPlace, description: "avoid names \(id), and the network has no such segment or place")
        }
        var stops: [Anchor] = []
        for stop in [query.origin] + query.waypoints + [query.destination] { stops.append(try anchor(stop)) }
        if let first = stops.first, stops.allSatisfy({ $0.node == first.node && $0.point == first.point }) {
            throw RoutingFailure(
                kind: .noWay, description: "the way begins where it ends, at \(first.id); name a waypoint to come back from")
        }
        let search = WaySearch(graph: graph, tariff: tariff, admits: admission(query))
        let order = try order(stops, query, search)
        var legs: [Way.Leg] = []
        var line: [GeoPoint] = []
        for (from, to) in zip(order, order.dropFirst()) {
            guard let arcs = search.arcs(from: stops[from].node, to: stops[to].node) else {
                throw refusal(from: stops[from], to: stops[to], query, tariff)
            }
            legs += stops[from].leg(leaving: true) + arcs.map { leg(over: $0, tariff) } + stops[to].leg(leaving: false)
            line += stops[from].line + arcs.compactMap { places[Int(graph.arcs[Int($0)].to)]?.point } + stops[to].line.reversed()
        }
        return Way(legs: legs, order: order, line: line.withoutRepeats)
    }

    private func order(_ stops: [Anchor], _ query: RouteQuery, _ search: WaySearch) throws(RoutingFailure) -> [Int] {
        if !query.optimizesOrder || stops.count < 4 { return Array(stops.indices) }
        let nodes = stops.map(\.node)
        let order = StopOrder(weights: nodes.map { search.weights(from: $0, to: nodes) })
        guard let best = order.best() else {
            throw RoutingFailure(kind: .noWay, description: "no order of the waypoints has a way from each to the next")
        }
        return best
    }

    /// Whether a query lets an arc be used; what its ends stand for is asked for by id.
    private func admission(_ query: RouteQuery) -> (Int32) -> Bool {
        let avoidedNodes = Set(query.avoided.compactMap(node))
        let isFree = query.avoided.isEmpty && !query.avoidsTolls
        return { number in
            let arc = graph.arcs[Int(number)]
            if arc.isRestricted, !segments[Int(number)].restrictions.admit(query.vehicle) { return false }
            if isFree { return true }
            if query.avoidsTolls, arc.tollCents > 0 { return false }
            if avoidedNodes.contains(arc.from) || avoidedNodes.contains(arc.to) { return false }
            return !query.avoided.contains(segments[Int(number)].id)
        }
    }

    private func leg(over number: Int32, _ tariff: Tariff) -> Way.Leg {
        let segment = segments[Int(number)]
        return Way.Leg(
            from: .place(segment.from), to: .place(segment.to), segment: segment.id, distanceMiles: segment.distanceMiles,
            durationMinutes: tariff.minutes(segment), tollCents: segment.tollCents)
    }

    private func anchor(_ stop: RouteQuery.Stop) throws(RoutingFailure) -> Anchor {
        switch stop {
        case .place(let id):
            guard let node = node(id) else {
                let hint = nearest(to: id, among: suggestions()).map { "; is it \($0)?" } ?? ""
                throw RoutingFailure(kind: .unknownPlace, description: "the network has no place \(id)\(hint)")
            }
            return Anchor(node: node, id: id, place: places[Int(node)]?.point, point: nil, meters: 0)
        case .point(let point):
            guard let (node, meters) = closest(to: point) else {
                throw RoutingFailure(kind: .unknownPlace, description: "the network has no place yet")
            }
            return Anchor(node: node, id: ids[Int(node)], place: places[Int(node)]?.point, point: point, meters: meters)
        }
    }

    /// Says why there is no way: whether what was asked to be avoided, or the vehicle, or closed segments stand in it.
    private func refusal(from: Anchor, to: Anchor, _ query: RouteQuery, _ tariff: Tariff) -> RoutingFailure {
        func isReachable(_ query: RouteQuery) -> Bool {
            WaySearch(graph: graph, tariff: tariff, admits: admission(query)).arcs(from: from.node, to: to.node) != nil
        }
        var lenient = query
        (lenient.avoided, lenient.avoidsTolls) = ([], false)
        var reason = "no open segments lead there"
        if isReachable(lenient) {
            reason = "what is to be avoided stands in every way"
        } else {
            lenient.vehicle = VehicleProfile()
            if isReachable(lenient) { reason = "every way has a segment that the vehicle's height, weight or goods may not use" }
        }
        return RoutingFailure(kind: .noWay, description: "there is no way from \(from.id) to \(to.id): \(reason)")
    }
}

/// A stop and the node that stands for it.
private struct Anchor {
    let node: Int32
    let id: String
    let place: GeoPoint?
    /// Where the stop is, if it is no place.
    let point: GeoPoint?
    /// How far the place is from there.
    let meters: Double

    /// The points from the stop to its place.
    var line: [GeoPoint] { [point, place].compactMap { $0 } }

    /// The way between a point and its place: the straight line's miles × 1.2 at 50 miles an hour, as for every trip without a route.
    func leg(leaving: Bool) -> [Way.Leg] {
        guard let point else { return [] }
        let miles = (meters / Earth.metersPerMile * 1.2 * 1000).rounded() / 1000
        return [
            Way.Leg(
                from: leaving ? .point(point) : .place(id), to: leaving ? .place(id) : .point(point), segment: nil, distanceMiles: miles,
                durationMinutes: miles / 50 * 60, tollCents: 0)
        ]
    }
}

extension [GeoPoint] {
    fileprivate var withoutRepeats: [GeoPoint] {
        indices.filter { $0 == 0 || self[$0] != self[$0 - 1] }.map { self[$0] }
    }
}
