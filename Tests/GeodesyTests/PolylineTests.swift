import Geodesy
import StreamCore
import StreamTesting
import Testing

@Suite struct PolylineTests {
    /// A way of so many metres east and north of a place in Kansas, vertex by vertex.
    private func way(_ offsets: [(east: Double, north: Double)]) throws -> Polyline {
        try #require(Polyline(offsets.map { home.moved(north: $0.north, east: $0.east) }))
    }

    private let home = GeoPoint(latitude: 38.5, longitude: -98)

    @Test func `a place beside a way is as far from it as it was put, and as far along`() throws {
        let way = try way([(0, 0), (5_000, 0), (5_000, 4_000)])
        let match = way.nearest(to: home.moved(north: 300, east: 2_000), within: 0...way.length)
        #expect(abs(match.distance - 300) < 1 && abs(match.along - 2_000) < 2)
        let later = way.nearest(to: home.moved(north: 1_000, east: 4_900), within: 0...way.length)
        #expect(abs(later.distance - 100) < 1 && abs(later.along - 6_000) < 5)
    }

    @Test func `a window keeps to its stretch, and its ends are where it ends`() throws {
        let way = try way([(0, 0), (10_000, 0)])
        let match = way.nearest(to: home.moved(north: 0, east: 9_000), within: 1_000...2_000)
        #expect(abs(match.along - 2_000) < 1 && abs(match.distance - 7_000) < 10)
        #expect(way.nearest(to: home, within: 50_000...60_000).along == way.length)
    }

    @Test func `a leg driven out and back is met twice, a bend once`() throws {
        let spur = try way([(0, 0), (3_000, 0), (0, 0)])
        let place = home.moved(north: 20, east: 2_000)
        #expect(spur.matches(of: place, within: 0...spur.length, upTo: 50).map { ($0.along / 100).rounded() } == [20, 40])
        let bend = try way([(0, 0), (1_000, 0), (1_000, 1_000)])
        #expect(
            bend.matches(of: home.moved(north: -20, east: 1_020), within: 0...bend.length, upTo: 50).map { ($0.along / 10).rounded() } == [
                100
            ])
        #expect(bend.matches(of: place.moved(north: 500, east: 0), within: 0...bend.length, upTo: 50).isEmpty)
    }

    @Test(arguments: 0..<20) func `the closest match is the closest of many points along the way`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let way = try way((0..<12).map { _ in (.random(in: 0...20_000, using: &random), .random(in: 0...20_000, using: &random)) })
        for _ in 0..<20 {
            let place = home.moved(north: .random(in: 0...20_000, using: &random), east: .random(in: 0...20_000, using: &random))
            let from = Double.random(in: 0...way.length, using: &random)
            let window = from...Double.random(in: from...way.length, using: &random)
            let match = way.nearest(to: place, within: window)
            let sampled = stride(from: window.lowerBound, through: window.upperBound, by: 10).map {
                way.point(along: $0).distance(to: place)
            }
            #expect(match.distance <= (sampled.min() ?? .infinity) * 1.002 + 5)
            #expect(abs(match.point.distance(to: place) - match.distance) <= match.distance * 0.003 + 0.1)
            #expect(
                window.contains(match.along) || abs(match.along - window.lowerBound) < 0.01 || abs(match.along - window.upperBound) < 0.01)
            let all = way.matches(of: place, within: window, upTo: .infinity)
            #expect(abs((all.map(\.distance).min() ?? .infinity) - match.distance) < 1e-6)
            #expect(zip(all, all.dropFirst()).allSatisfy { $0.along <= $1.along })
        }
    }

    @Test func `a way across the antimeridian is short there`() throws {
        let way = try #require(Polyline([GeoPoint(latitude: 52, longitude: 179.9), GeoPoint(latitude: 52, longitude: -179.9)]))
        #expect(abs(way.length - 13_692) < 10)
        let middle = way.nearest(to: GeoPoint(latitude: 52.001, longitude: 180), within: 0...way.length)
        #expect(abs(middle.distance - 111) < 1 && abs(middle.along - way.length / 2) < 1)
        #expect(abs(abs(way.point(along: way.length / 2).longitude) - 180) < 1e-9)
    }

    @Test func `distances are those of tables`() {
        // London Heathrow to New York Kennedy on the sphere of the mean radius.
        let heathrow = GeoPoint(latitude: 51.4775, longitude: -0.461389)
        let kennedy = GeoPoint(latitude: 40.639722, longitude: -73.778889)
        #expect(abs(heathrow.distance(to: kennedy) / 1_000 - 5_540) < 3)
        #expect(GeoPoint(latitude: 0, longitude: 0).distance(to: GeoPoint(latitude: 0, longitude: 180)) == Earth.radiusMeters * .pi)
        #expect(abs(heathrow.distance(to: heathrow.moved(north: 0.5, east: 0)) - 0.5) < 1e-6)
        #expect(abs(heathrow.bearing(to: kennedy) - 288) < 1)
    }
}
