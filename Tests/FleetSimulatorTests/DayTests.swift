import Foundation
import Geodesy
import StreamCore
import Testing

@testable import FleetSimulator

/// What a day of a fleet is made of, and that the truth tells all of it.
@Suite struct DayTests {
    @Test func `each transition that is published is in the truth, and the other way round`() throws {
        let (records, simulation) = simulated(vehicles: 12, hours: 40) { $0.cancelShare = 0.15 }
        let published = try records.filter { $0.topic == SimulatedTopic.loads }.map { record in
            let data = try record.data()
            return "\(try #require(data["load_id"] as? String)) \(try #require(data["new_status"] as? String))"
        }
        let truth = simulation.truth.compactMap { line -> String? in
            switch line.kind {
            case .transition: line.facts["to"]?.string.map { "\(line.entity) \($0)" }
            case .overdue: "\(line.entity) DELAYED"
            default: nil
            }
        }
        #expect(Set(published) == Set(truth) && Set(truth).count == truth.count)
        for status in ["CREATED", "ASSIGNED", "PICKED_UP", "IN_TRANSIT", "DELIVERED", "CANCELLED", "DELAYED"] {
            #expect(truth.contains { $0.hasSuffix(status) })
        }
    }

    @Test func `a late load is found out at its time, once, and delivered all the same`() throws {
        let truth = simulated(vehicles: 10, hours: 48) { $0.tightShare = 1 }.simulation.truth
        let overdue = truth.filter { $0.kind == .overdue }
        #expect(overdue.count > 8 && Set(overdue.map(\.entity)).count == overdue.count)
        for line in overdue { #expect(line.facts["due"]?.string == line.at.rfc3339) }
        let delivered = truth.filter { $0.facts["to"]?.string == "DELIVERED" }.map(\.entity)
        #expect(!Set(delivered).isDisjoint(with: overdue.map(\.entity)))
    }

    @Test func `drivers rest at rest areas, which the network knows before they get there`() throws {
        let (records, simulation) = simulated(vehicles: 12, hours: 30) { settings in
            (settings.accuracyMeters, settings.coverageGapsPerHour, settings.legMiles) = (0...0, 0, 400...600)
            settings.detainedShare = 0
        }
        var areas: [GeoPoint] = []
        // A parked truck reports every five minutes.
        var last: [[UInt8]: EventTime] = [:]
        var (stays, sheltered) = (0, 0)
        for record in records {
            if record.topic == SimulatedTopic.network { areas.append(try place(try record.object())) }
            guard record.topic == SimulatedTopic.tracking else { continue }
            let data = try record.data()
            let before = last.updateValue(record.time, forKey: record.key)
            guard let before, record.time.since(before) > .init(.seconds(290)), data["load_id"] != nil, data["speed"] as? Double == 0 else {
                continue
            }
            let here = try place(data["location"])
            stays += 1
            if areas.contains(where: { $0.distance(to: here) < 30 }) { sheltered += 1 }
        }
        #expect(areas.count > 100 && stays > 40)
        #expect(Double(sheltered) > 0.8 * Double(stays))
        #expect(!simulation.truth.contains { $0.kind == .deviationStarted && ($0.facts["distance_off_miles"]?.number ?? 1) < 0.05 })
    }

    @Test func `gauges only rise, and by what was driven`() throws {
        let records = simulated(vehicles: 4, hours: 20) { ($0.duplicateShare, $0.lateShare) = (0, 0) }.records
        for fixes in Dictionary(grouping: records.filter { $0.topic == SimulatedTopic.tracking }, by: \.key).values {
            let data = try fixes.sorted { $0.time < $1.time }.map { try $0.data() }
            for name in ["odometer", "engine_hours"] {
                let values = data.compactMap { $0[name] as? Double }
                #expect(zip(values, values.dropFirst()).allSatisfy { $0 <= $1 } && values.count == data.count)
            }
            let driven = (data.last?["odometer"] as? Double ?? 0) - (data.first?["odometer"] as? Double ?? 0)
            #expect((100...900).contains(driven))
        }
    }
}
