import Foundation
import Geodesy
import RoadNetwork
import StreamCore
import Testing

/// The network that ships: what its documentation says of it holds.
@Suite struct SeedNetworkTests {
    private let network: RoadNetwork

    init() throws { network = try RoadNetwork.shipped() }

    private func way(_ from: String, _ to: String, by waypoints: [String] = [], _ criterion: Tariff.Criterion = .distance) throws -> Way {
        try network.way(
            RouteQuery(from: .place(from), to: .place(to), by: waypoints.map { .place($0) }), by: Tariff(criterion))
    }

    @Test(arguments: [Tariff.Criterion.distance, .time])
    func `from Houston to New York nothing beats the way by Dallas and Chicago`(criterion: Tariff.Criterion) throws {
        let way = try way("LOC_HOUSTON", "LOC_NEW_YORK", criterion)
        #expect(way.path == ["LOC_HOUSTON", "LOC_DALLAS", "LOC_CHICAGO", "LOC_NEW_YORK"])
        #expect(abs(way.distanceMiles - 1951.0) < 1e-9)
        #expect(abs(way.durationMinutes - 1800) < 1e-9)
        #expect(way.tollCents == 11_600)
    }

    @Test func `by way of Atlanta it takes 2,296 miles and seven tenths`() throws {
        #expect(abs(try way("LOC_HOUSTON", "LOC_NEW_YORK", by: ["LOC_ATLANTA"]).distanceMiles - 2296.7) < 1e-9)
    }

    @Test func `every place can be reached from every other`() throws {
        #expect(network.placeCount >= 50)
        for id in try RoadNetwork.shippedPlaces() where id != "LOC_SEATTLE" {
            #expect(try way("LOC_SEATTLE", id).path.last == id)
            #expect(try way(id, "LOC_SEATTLE").path.first == id)
        }
    }

    @Test func `no segment is shorter than the line between its ends`() throws {
        for change in try RoadNetwork.shippedChanges() {
            guard case .segment(let segment) = change else { continue }
            let from = try #require(network.place(segment.from))
            let to = try #require(network.place(segment.to))
            #expect(segment.distanceMiles > from.point.distance(to: to.point) / 1609.344, "\(segment.id)")
        }
    }
}
