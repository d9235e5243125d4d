internal import Geodesy
internal import RoadNetwork
internal import StreamCore

/// `linehaul bench ways`: how long it takes to find a way in a large road network, and to take in a change of it.
struct WaysBench {
    var places = 100_000
    var queries = 1_000

    /// Builds a net of places like a country's junctions, each joined to its neighbours both ways, and asks for ways between random ones.
    func run() async throws -> JSON {
        var random = UInt64(88_172_645_463_325_252)
        let side = Int(Double(places).squareRoot())
        var network = RoadNetwork()
        let clock = ContinuousClock()
        var points: [GeoPoint] = []
        let built = clock.now
        for row in 0..<side {
            for column in 0..<side {
                let point = GeoPoint(
                    latitude: 26 + 22 * (Double(row) + unit(&random)) / Double(side),
                    longitude: -122 + 50 * (Double(column) + unit(&random)) / Double(side))
                network.apply(.place(Place(id: id(points.count), name: nil, point: point)))
                points.append(point)
            }
        }
        for from in points.indices {
            for to in [from + 1, from + side] where to < points.count && (to != from + 1 || to % side != 0) {
                let miles = points[from].distance(to: points[to]) / Earth.metersPerMile * (1.05 + unit(&random) / 2)
                let minutes = miles * (0.9 + unit(&random) / 2)
                for (a, b) in [(from, to), (to, from)] {
                    network.apply(
                        .segment(Segment(id: "\(id(a))-\(id(b))", from: id(a), to: id(b), distanceMiles: miles, durationMinutes: minutes)))
                }
            }
        }
        let building = clock.now - built
        let surveyed = clock.now
        network.survey()
        let surveying = clock.now - surveyed
        var times: [Double] = []
        var legs = 0
        for number in 0..<queries {
            let (from, to) = (Int(unit(&random) * Double(points.count)), Int(unit(&random) * Double(points.count)))
            if from == to { continue }
            let query = RouteQuery(from: .place(id(from)), to: .place(id(to)))
            let tariff = Tariff(Tariff.Criterion.allCases[number % Tariff.Criterion.allCases.count])
            let asked = clock.now
            legs += try network.way(query, by: tariff).legs.count
            times.append((clock.now - asked) / .milliseconds(1))
        }
        return .object([
            "places": .integer(Int64(network.placeCount)), "segments": .integer(Int64(network.segmentCount)),
            "built_in_milliseconds": .number((building / .milliseconds(1)).rounded()),
            "surveyed_in_milliseconds": .number((surveying / .milliseconds(1)).rounded()), "queries": .integer(Int64(times.count)),
            "legs_a_way": .number((Double(legs) / Double(max(1, times.count))).rounded()),
            "p50_milliseconds": .number(times.percentile(0.5)), "p95_milliseconds": .number(times.percentile(0.95)),
            "p99_milliseconds": .number(times.percentile(0.99)),
        ])
    }

    private func id(_ number: Int) -> String { "N\(number)" }

    /// A number of [0, 1) out of Marsaglia's xorshift.
    private func unit(_ state: inout UInt64) -> Double {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Double(state >> 11) / 9_007_199_254_740_992
    }
}
