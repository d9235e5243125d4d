internal import Foundation
import Geodesy
import StreamCore
import Testing

@testable import FleetSimulator

@Suite struct RoadTests {
    @Test func `a fix lies within the accuracy that it states, which is 10 to 50 m`() throws {
        let records = simulated(vehicles: 6, hours: 8) { ($0.detoursPer1000Miles, $0.restAreaMiles) = (0, 1_000...1_000) }.records
        var ways: [String: (GeoPoint, GeoPoint)] = [:]
        for record in records where record.topic == SimulatedTopic.loads {
            let data = try record.data()
            ways[try #require(data["load_id"] as? String)] = (try place(data["pickup_location"]), try place(data["delivery_location"]))
        }
        var worst = 0.0
        for record in records where record.topic == SimulatedTopic.tracking {
            let data = try record.data()
            guard let load = data["load_id"] as? String, let way = ways[load] else { continue }
            let accuracy = try #require(data["accuracy"] as? Double)
            #expect((10...50).contains(accuracy))
            let off = distance(from: try place(data["location"]), to: way)
            #expect(off <= accuracy)
            worst = max(worst, off)
        }
        #expect(worst > 25)
    }

    @Test func `moving trucks report every 5 to 60 s at speeds that trucks drive`() throws {
        let records = simulated(vehicles: 10, hours: 5) { settings in
            (settings.coverageGapsPerHour, settings.duplicateShare, settings.detoursPer1000Miles) = (0, 0, 0)
        }.records.filter { $0.topic == SimulatedTopic.tracking }
        var cruising = 0
        for fixes in Dictionary(grouping: records, by: \.key).values {
            let ordered = try fixes.sorted { $0.time < $1.time }.map { ($0.time, try $0.data()) }
            for (earlier, later) in zip(ordered, ordered.dropFirst()) where earlier.1["load_id"] != nil && later.1["load_id"] != nil {
                let speed = try #require(later.1["speed"] as? Double)
                let heading = try #require(later.1["heading"] as? Int)
                #expect((0...67).contains(speed) && (0..<360).contains(heading))
                if speed > 55 { cruising += 1 }
                let gap = Double(later.0.since(earlier.0).microseconds) / 1e6
                if speed > 0 { #expect(gap <= 300.1) }
                if speed > 0, earlier.1["speed"] as? Double ?? 0 > 0 { #expect(gap <= 60.1) }
            }
        }
        #expect(cruising * 2 > records.count)
    }

    @Test func `a lossy, late network loses some fixes, delays some, and skews each truck's clock within its bound`() {
        let (records, simulation) = simulated(vehicles: 20, hours: 4)
        let fixes = records.filter { $0.topic == SimulatedTopic.tracking }
        let delays = fixes.map { Double($0.arrival.since($0.time).microseconds) / 1e6 }
        #expect(delays.contains { $0 > 60 } && delays.contains { $0 < 0 })
        #expect(delays.allSatisfy { $0 > -2.001 })
        let skews = simulation.truth.filter { $0.kind == .clockSkew }.compactMap { $0.facts["skew_ms"]?.integer }
        #expect(skews.count == 20 && skews.allSatisfy { abs($0) <= 2_000 } && Set(skews).count > 15)
        let lossless = simulated(vehicles: 20, hours: 4) { $0.bufferingShare = 1 }.records.filter { $0.topic == SimulatedTopic.tracking }
        #expect(lossless.count > fixes.count)
    }

    @Test func `every deviation that starts clears, and a delivery is reached once`() {
        let truth = simulated(vehicles: 10, hours: 36) { $0.detoursPer1000Miles = 20 }.simulation.truth
        var deviating: [String: EventTime] = [:]
        var cleared = 0
        for line in truth {
            switch line.kind {
            case .deviationStarted: #expect(deviating.updateValue(line.at, forKey: line.entity) == nil)
            case .deviationCleared:
                #expect(deviating.removeValue(forKey: line.entity)?.rfc3339 == line.facts["since"]?.string)
                #expect((line.facts["distance_off_miles"]?.number ?? 0) * Earth.metersPerMile > 150)
                cleared += 1
            default: break
            }
        }
        #expect(cleared > 20)
        let arrivals = truth.filter { $0.kind == .arrived }.compactMap { $0.facts["load_id"]?.string }
        #expect(arrivals.count > 8 && Set(arrivals).count == arrivals.count)
    }

    @Test func `detours inside the corridor are nobody's deviation`() {
        let truth = simulated(vehicles: 5, hours: 24) { ($0.detoursPer1000Miles, $0.shallowDetourShare) = (20, 1) }.simulation.truth
        #expect(!truth.contains { $0.kind == .deviationStarted })
    }

    @Test func `the published route follows the driven way`() throws {
        let records = simulated(vehicles: 5, hours: 1).records.filter { $0.topic == SimulatedTopic.routes }
        #expect(records.count == 5)
        for record in records {
            let data = try record.data()
            let line = try #require((data["geometry"] as? [String: Any])?["coordinates"] as? [[Double]])
            let miles = try #require(data["distance_miles"] as? Double)
            let points = line.map { GeoPoint(latitude: $0[1], longitude: $0[0]) }
            let length = zip(points, points.dropFirst()).map { $0.distance(to: $1) }.reduce(0, +)
            #expect(abs(length / Earth.metersPerMile - miles) < 0.1)
        }
    }

    /// How far a place is from the great circle between two others, by the cross-track formula.
    private func distance(from point: GeoPoint, to way: (GeoPoint, GeoPoint)) -> Double {
        func bearing(_ a: GeoPoint, _ b: GeoPoint) -> Double {
            let (p, q, d) = (a.latitude * .pi / 180, b.latitude * .pi / 180, (b.longitude - a.longitude) * .pi / 180)
            return atan2(sin(d) * cos(q), cos(p) * sin(q) - sin(p) * cos(q) * cos(d))
        }
        let along = way.0.distance(to: point) / Earth.radiusMeters
        return abs(asin(sin(along) * sin(bearing(way.0, point) - bearing(way.0, way.1)))) * Earth.radiusMeters
    }
}
