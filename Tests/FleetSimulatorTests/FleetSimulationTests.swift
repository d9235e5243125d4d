internal import Foundation
import StreamCore
import Testing

@testable import FleetSimulator

@Suite struct FleetSimulationTests {
    @Test func `the same seed gives the same bytes`() {
        #expect(simulated(vehicles: 4, users: 10, hours: 6).records == simulated(vehicles: 4, users: 10, hours: 6).records)
    }

    @Test func `a seed keeps its bytes from one process, and one version, to the next`() {
        let (records, simulation) = simulated(vehicles: 3, users: 3, seed: 42, hours: 3)
        var bytes: [UInt8] = []
        for record in records { bytes += Array("\(record.arrival) ".utf8) + record.key + record.value }
        #expect(xxh3(bytes) == 221_442_461_616_980_603)
        #expect(xxh3(simulation.truthLines().flatMap(\.self)) == 14_506_080_181_072_062_295)
    }

    @Test func `how the time is cut into calls changes nothing`() {
        let whole = simulated(vehicles: 4, users: 10, hours: 3, step: 10_800)
        let cut = simulated(vehicles: 4, users: 10, hours: 3, step: 7.3)
        #expect(whole.records == cut.records)
        #expect(whole.simulation.truthLines() == cut.simulation.truthLines())
    }

    @Test func `another seed gives another fleet and other records`() {
        let one = simulated(vehicles: 3, users: 3, seed: 1, hours: 1)
        let other = simulated(vehicles: 3, users: 3, seed: 2, hours: 1)
        #expect(Set(one.records.map(\.value)).isDisjoint(with: other.records.map(\.value)))
        #expect(one.simulation.fleet != other.simulation.fleet)
    }

    @Test func `records come in the order of their arrival and never from the future`() {
        var simulation = FleetSimulation(settings: SimulationSettings(vehicles: 10, users: 10, seed: 3, start: monday))
        var last = monday
        for minute in 1...240 {
            let now = monday.advanced(seconds: Double(minute) * 60)
            for record in simulation.advance(to: now) {
                #expect(record.arrival >= last && record.arrival <= now)
                last = record.arrival
            }
        }
        #expect(simulation.advance(to: monday).isEmpty)
    }

    @Test func `every value is UTF-8 JSON with the envelope of its topic`() throws {
        let audit: Set = ["id", "table_name", "record_id", "action", "changed_data", "user_id", "correlation_id", "created_at"]
        let envelope: Set = [
            "event_id", "event_type", "version", "timestamp", "source", "correlation_id", "causation_id", "entity_type", "entity_id",
            "severity", "metadata", "data",
        ]
        let records = simulated(vehicles: 6, users: 10, hours: 12).records
        #expect(
            Set(records.map(\.topic)) == [
                "tms.audit", "tms.vehicles.tracking", "tms.drivers", "tms.loads", "tms.routes", "tms.entities.routes", "tms.entities.loads",
                "tms.entities.vehicles", "tms.network",
            ])
        for record in records where !record.topic.hasPrefix("tms.entities.") && record.topic != SimulatedTopic.network {
            let object = try record.object()
            #expect(String(validating: record.value, as: UTF8.self) != nil)
            #expect(Set(object.keys) == (record.topic == SimulatedTopic.audit ? audit : envelope))
            let stamp = (object["created_at"] ?? object["timestamp"]) as? String
            #expect(stamp.flatMap { EventTime(rfc3339: $0) } == record.time)
            let key = String(decoding: record.key, as: UTF8.self)
            #expect(key == (object["entity_id"] ?? object["user_id"] as? String ?? object["record_id"]) as? String)
            guard record.topic != SimulatedTopic.audit else { continue }
            #expect(record.headers["event_id"]?.value == (object["event_id"] as? String).map { Array($0.utf8) })
            #expect(record.headers["event_type"]?.value == (object["event_type"] as? String).map { Array($0.utf8) })
        }
    }

    @Test func `ids are lower-case UUIDv7 of their instant`() {
        var random = SeededGenerator(seed: 1, stream: 1)
        let id = random.id(at: EventTime(milliseconds: 0x0123_4567_89ab))
        #expect(id.wholeMatch(of: /01234567-89ab-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil)
    }

    @Test func `duplicates repeat a record byte for byte, and about as often as asked`() {
        let records = simulated(vehicles: 10, users: 20, hours: 10).records.filter { $0.topic != SimulatedTopic.loads }
        let copies = Dictionary(grouping: records, by: \.value).values.filter { $0.count > 1 }
        let share = Double(copies.count) / Double(records.count)
        #expect((0.004...0.02).contains(share))
        for copy in copies { #expect(Set(copy.map(\.record)).count == 1) }
        let ids = records.compactMap { $0.headers["event_id"]?.value }
        #expect(Set(ids).count < ids.count)
    }

    @Test func `a load goes through its statuses in order, each event caused by the one before`() throws {
        let records = simulated(vehicles: 5, hours: 60) { ($0.cancelShare, $0.tightShare) = (0, 0) }.records.filter {
            $0.topic == SimulatedTopic.loads
        }
        let steps = ["LOAD_CREATED", "LOAD_ASSIGNED", "LOAD_PICKED_UP", "LOAD_IN_TRANSIT", "LOAD_DELIVERED"]
        var seen: [String: [[String: Any]]] = [:]
        for record in records { seen[String(decoding: record.key, as: UTF8.self), default: []].append(try record.object()) }
        #expect(seen.values.contains { $0.count == 5 })
        for events in seen.values {
            let types = events.compactMap { $0["event_type"] as? String }.filter { $0 != "LOAD_DELAYED" }
            #expect(types == Array(steps.prefix(types.count)))
            for (earlier, later) in zip(events, events.dropFirst()) {
                #expect(later["causation_id"] as? String == earlier["event_id"] as? String)
            }
        }
        let numbers = try records.filter { String(decoding: $0.value, as: UTF8.self).contains("LOAD_CREATED") }
            .map { try #require($0.data()["load_number"] as? String) }
        #expect(Set(numbers).count == numbers.count && numbers.allSatisfy { $0.wholeMatch(of: /LH-2603\d\d-\d{6}/) != nil })
    }

    @Test func `settings that cannot be simulated are refused by name`() {
        var settings = SimulationSettings(vehicles: 1, users: 1, seed: 1, start: monday)
        #expect(throws: Never.self) { try settings.check() }
        settings.duplicateShare = 1.5
        #expect { try settings.check() } throws: { "\($0)".contains("duplicateShare is 1.5") }
        settings.duplicateShare = 0
        settings.accuracyMeters = 10...(.infinity)
        #expect { try settings.check() } throws: { "\($0)".contains("accuracyMeters") }
    }
}
