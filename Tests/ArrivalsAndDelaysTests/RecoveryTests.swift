import Dataflow
import FleetSimulator
import StreamCore
import StreamTesting
import Testing

@testable import ArrivalsAndDelays

/// The recovery law: what leaves is what would have left without the crash.
@Suite struct RecoveryTests {
    private static let start = Trial.start
    private static let end = start.advanced(by: .init(.seconds(8 * 3_600)))
    private static let outlets = ["commands", "alerts", "maintenance"]

    /// Six hours of a few trucks, without what depends on the instant of arrival: late records. Each with its inlet, by time.
    private func records() throws -> [(inlet: String, record: Record)] {
        var settings = SimulationSettings(vehicles: 4, users: 0, seed: 11, start: Self.start)
        settings.legMiles = 60...150
        settings.serviceMiles = 50...300
        (settings.lateShare, settings.bufferingShare, settings.coverageGapsPerHour, settings.clockSkewSeconds) = (0, 0, 0, 0)
        var simulation = FleetSimulation(settings: settings)
        let lived = simulation.advance(to: Self.start.advanced(by: .init(.seconds(6 * 3_600))))
        let inlets = Dictionary(uniqueKeysWithValues: Trial.inlets)
        return
            (lived.compactMap { record in inlets[record.topic].map { ($0, record.record) } }
            + (try Trial.hours(of: lived)).map { ("hours", $0) }).sorted { $0.1.time < $1.1.time }
    }

    /// A record of each partition of an inlet that is about nobody and lets time pass there. It has to be one that the job takes: what it
    /// passes over moves no watermark.
    private func passing(_ inlet: String, _ time: EventTime) -> [Record] {
        var found: [Int: Record] = [:]
        for number in 0..<50 {
            let key = "nobody-\(number)"
            let text = """
                {"id":"\(key)","load_id":"\(key)","status":"CREATED","event_type":"VEHICLE_LOCATION_UPDATED",\
                "data":{"vehicle_id":"\(key)","location":{"latitude":0,"longitude":0}}}
                """
            let isGone = inlet == "hours" || inlet == "vehicles"
            found[Partitioner.partition(of: Array(key.utf8), among: Depot.partitions).index] = Record(
                key: Array(key.utf8), value: isGone ? nil : Array(text.utf8), time: time)
        }
        return Array(found.values)
    }

    @Test(arguments: Depot.Interruption.allCases) func `the same is said after any interruption`(how: Depot.Interruption) async throws {
        let records = try records()
        let lateness = Dictionary(uniqueKeysWithValues: Yard.keys.keys.map { ($0, Duration.seconds(30)) })
        let bindings = try JobHarness.bindings(
            of: try Trial.job(), lateness: lateness, keys: Yard.keys, partitions: Depot.partitions)
        var depot = try await Depot(try Trial.job(), bindings)
        // An empty partition holds no watermark back: from here on each of them does.
        for inlet in Yard.keys.keys { try depot.publish(passing(inlet, Self.start.advanced(by: .init(.seconds(-600)))), to: inlet) }
        try await depot.settled()
        let rounds = 4
        for round in 0..<rounds {
            let slice = records[records.count * round / rounds..<records.count * (round + 1) / rounds]
            for inlet in Yard.keys.keys { try depot.publish(slice.filter { $0.inlet == inlet }.map(\.record), to: inlet) }
            let last = (slice.last?.record.time ?? Self.start)
            for inlet in Yard.keys.keys { try depot.publish(passing(inlet, last), to: inlet) }
            try await depot.settled()
            depot = try await depot.interrupted(how)
        }
        for inlet in Yard.keys.keys { try depot.publish(passing(inlet, Self.end.advanced(by: .init(.seconds(30)))), to: inlet) }
        let expected = try uninterrupted(records)
        #expect(expected.count > 20)
        try await eventually("all has been said") { try self.said(depot).count >= expected.count }
        try await depot.settled()
        let said = try self.said(depot)
        let more = Set(said).subtracting(expected).sorted()
        let less = Set(expected).subtracting(said).sorted()
        #expect(more == [] && less == [] && said.count == expected.count, "more: \(more.prefix(2)) less: \(less.prefix(2))")
        await depot.stop()
    }

    private func said(_ depot: Depot) throws -> [String] { try Self.outlets.flatMap { try depot.texts(of: $0) } }

    private func uninterrupted(_ records: [(inlet: String, record: Record)]) throws -> [String] {
        let harness = try JobHarness(try Trial.job(), keys: Yard.keys)
        for inlet in Yard.keys.keys { try harness.send(records.filter { $0.inlet == inlet }.map(\.record), to: inlet) }
        try harness.advance(to: Self.end)
        return Self.outlets.flatMap { harness.texts(from: $0) }
    }
}
