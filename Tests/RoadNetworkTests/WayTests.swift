import Geodesy
import RoadNetwork
import StreamCore
import StreamTesting
import Testing

@Suite struct WayTests {
    /// What the lightest way weighs, found by relaxing every segment until nothing changes (Bellman and Ford).
    private func reference(_ segments: [Segment], _ places: Int, from: Int, _ tariff: Tariff, _ isUsable: (Segment) -> Bool) -> [Double] {
        var weights = Array(repeating: Double.infinity, count: places)
        weights[from] = 0
        var isChanging = true
        while isChanging {
            isChanging = false
            for segment in segments where !segment.isClosed && isUsable(segment) {
                guard let tail = Int(segment.from.dropFirst()), let head = Int(segment.to.dropFirst()) else { continue }
                let whole = weights[tail] + weight(segment, tariff)
                if whole < weights[head] - 1e-12 { (weights[head], isChanging) = (whole, true) }
            }
        }
        return weights
    }

    private func weight(_ segment: Segment, _ tariff: Tariff) -> Double {
        let rates = tariff.rates
        let level = TrafficLevel.allCases.firstIndex(of: segment.traffic) ?? 0
        switch tariff.criterion {
        case .distance: return segment.distanceMiles
        case .time: return segment.durationMinutes * rates.delay[level]
        case .cost:
            return segment.distanceMiles * rates.dollarsPerMile + segment.durationMinutes * rates.delay[level] * rates.dollarsPerHour / 60
                + Double(segment.tollCents) / 100
        case .fuel: return segment.distanceMiles * rates.burn[level] / rates.milesPerGallon
        }
    }

    @Test(arguments: Tariff.Criterion.allCases, 0..<60)
    func `a way weighs what an exhaustive search says, whatever is barred or avoided`(criterion: Tariff.Criterion, seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let places = Int.random(in: 2...40, using: &random)
        var (network, segments) = RoadNetwork.random(&random, places: places, segments: places * 3)
        if random.chance(0.5) { network.survey() }
        let tariff = Tariff(criterion)
        var query = RouteQuery(from: .place("P0"), to: .place("P1"), avoidsTolls: random.chance(0.3))
        if random.chance(0.5) { query.vehicle = VehicleProfile(height: 13.5, weight: 80_000, carriesHazmat: random.chance(0.5)) }
        if random.chance(0.5) { query.avoided = ["S0", "P\(places - 1)"] }
        let isUsable = { (segment: Segment) in
            segment.restrictions.admit(query.vehicle) && !(query.avoidsTolls && segment.tollCents > 0)
                && query.avoided.isDisjoint(with: [segment.id, segment.from, segment.to])
        }
        for from in 0..<min(4, places) {
            let expected = reference(segments, places, from: from, tariff, isUsable)
            query.origin = .place("P\(from)")
            for to in 0..<places where to != from {
                query.destination = .place("P\(to)")
                guard let way = try? network.way(query, by: tariff) else {
                    #expect(expected[to].isInfinite, "P\(from) to P\(to)")
                    continue
                }
                let used = way.legs.compactMap { leg in leg.segment.flatMap { network.segment($0) } }
                #expect(abs(used.reduce(0) { $0 + weight($1, tariff) } - expected[to]) < 1e-6 * max(1, expected[to]), "P\(from) to P\(to)")
                #expect(used.allSatisfy { isUsable($0) && !$0.isClosed })
                #expect(zip(way.legs, way.legs.dropFirst()).allSatisfy { $0.to == $1.from })
                #expect((way.path.first, way.path.last) == ("P\(from)", "P\(to)"))
            }
        }
    }

    @Test(arguments: 0..<40)
    func `a network that was changed finds the ways of one that was built so`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var (network, segments) = RoadNetwork.random(&random, places: 20, segments: 60)
        network.survey()
        let least = random.chance(0.5) ? 0.3 : 1
        for index in segments.indices where random.chance(0.5) {
            segments[index].traffic = .severe
            segments[index].isClosed = random.chance(0.4)
            segments[index].distanceMiles *= .random(in: least...3, using: &random)
            network.apply(.segment(segments[index]))
        }
        while segments.count > 40 { network.apply(.removed(segments.removeLast().id)) }
        let expected = reference(segments, 20, from: 0, Tariff(.distance)) { _ in true }
        for to in 1..<20 {
            let way = try? network.way(RouteQuery(from: .place("P0"), to: .place("P\(to)")), by: Tariff(.distance))
            #expect(way.map { abs($0.distanceMiles - expected[to]) < 1e-6 } ?? expected[to].isInfinite)
        }
    }

    @Test(arguments: 0..<30)
    func `waypoints in any order weigh the least of all orders`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let (network, _) = RoadNetwork.random(&random, places: 12, segments: 120)
        let stops = ["P1", "P2", "P3", "P4", "P5"]
        var query = RouteQuery(from: .place("P0"), to: .place("P6"), by: stops.map { .place($0) }, optimizesOrder: true)
        let found = try? network.way(query, by: Tariff(.distance)).distanceMiles
        query.optimizesOrder = false
        var best: Double?
        for order in permutations(stops) {
            query.waypoints = order.map { .place($0) }
            if let miles = try? network.way(query, by: Tariff(.distance)).distanceMiles { best = min(best ?? .infinity, miles) }
        }
        #expect((found == nil) == (best == nil))
        if let found, let best { #expect(abs(found - best) < 1e-6) }
    }

    private func permutations(_ items: [String]) -> [[String]] {
        if items.count < 2 { return [items] }
        return items.indices.flatMap { index in
            var rest = items
            let first = rest.remove(at: index)
            return permutations(rest).map { [first] + $0 }
        }
    }

    @Test func `twenty waypoints are put in an order no worse than the given one`() throws {
        let places = try RoadNetwork.shippedPlaces()
        let network = try RoadNetwork.shipped()
        var query = RouteQuery(from: .place(places[0]), to: .place(places[1]), by: places[10..<30].map { .place($0) }, optimizesOrder: true)
        let way = try network.way(query, by: Tariff(.distance))
        #expect(way.order.sorted() == Array(0..<22))
        query.optimizesOrder = false
        #expect(way.distanceMiles <= (try network.way(query, by: Tariff(.distance)).distanceMiles))
    }

    @Test func `a point goes by the place next to it`() throws {
        let network = try RoadNetwork.shipped()
        let way = try network.way(
            RouteQuery(from: .point(GeoPoint(latitude: 29.95, longitude: -95.4)), to: .place("LOC_DALLAS")), by: Tariff(.distance))
        #expect(way.legs.map(\.segment) == [nil, "SEG_HOUSTON_DALLAS"])
        #expect(way.legs.first?.to == .place("LOC_HOUSTON"))
        #expect(way.line.count == 3)
    }

    @Test func `why there is no way is said`() throws {
        let network = try RoadNetwork.shipped()
        func reason(_ query: RouteQuery) -> String {
            do {
                _ = try network.way(query, by: Tariff(.distance))
                return "a way"
            } catch { return "\(error)" }
        }
        #expect(
            reason(RouteQuery(from: .place("LOC_HOUSTEN"), to: .place("LOC_DALLAS")))
                == "the network has no place LOC_HOUSTEN; is it LOC_HOUSTON?")
        #expect(
            reason(RouteQuery(from: .place("LOC_HOUSTON"), to: .place("LOC_NORFOLK"), avoiding: ["SEG_RICHMOND_NORFOLK"]))
                == "there is no way from LOC_HOUSTON to LOC_NORFOLK: what is to be avoided stands in every way")
        #expect(
            reason(RouteQuery(from: .place("LOC_HOUSTON"), to: .place("LOC_HOUSTON")))
                == "the way begins where it ends, at LOC_HOUSTON; name a waypoint to come back from")
        #expect(
            reason(RouteQuery(from: .place("LOC_HOUSTON"), to: .place("LOC_DALLAS"), avoiding: ["SEG_NOWHERE"]))
                == "avoid names SEG_NOWHERE, and the network has no such segment or place")
    }
}
