import Dataflow
import FleetSimulator
import StreamCore
import StreamTesting
import Testing

@testable import RouteDeviation

/// The recovery law: what leaves is what would have left without the crash.
@Suite struct RecoveryTests {
    private static let keys = ["tracking": "vehicle_id", "routes": "route_id"]
    private static let start = EventTime(milliseconds: 1_772_431_200_000)

    private func job() throws -> RouteDeviation {
        var settings = SettingsReader()
        return try RouteDeviation(settings: &settings)
    }

    /// Six hours of a few trucks that stray often, without what depends on the instant of arrival: late records.
    private func records() -> [SimulatedRecord] {
        var settings = SimulationSettings(vehicles: 6, users: 0, seed: 11, start: Self.start)
        settings.legMiles = 60...150
        settings.detoursPer1000Miles = 40
        (settings.lateShare, settings.bufferingShare, settings.coverageGapsPerHour, settings.clockSkewSeconds) = (0, 0, 0, 0)
        var simulation = FleetSimulation(settings: settings)
        return simulation.advance(to: Self.start.advanced(by: .init(.seconds(6 * 3_600)))).filter {
            [SimulatedTopic.tracking, SimulatedTopic.routeSnapshots, SimulatedTopic.network].contains($0.topic)
        }
    }

    /// A record of each partition that says nothing and lets time pass there.
    private func passing(_ time: EventTime) -> [Record] {
        var found: [Int: Record] = [:]
        for number in 0..<50 {
            let key = "nobody-\(number)"
            found[Partitioner.partition(of: Array(key.utf8), among: Depot.partitions).index] = Record(
                #"{"id":"\#(key)","status":"PLANNED","event_type":"NONE"}"#, key: key, at: time)
        }
        return Array(found.values)
    }

    @Test(arguments: Depot.Interruption.allCases) func `the same is said after any interruption`(how: Depot.Interruption) async throws {
        let records = records()
        let bindings = try JobHarness.bindings(
            of: try job(), lateness: ["tracking": .seconds(30)], keys: Self.keys, partitions: Depot.partitions)
        var depot = try await Depot(try job(), bindings)
        // An empty partition holds no watermark back: from here on each of them does.
        for inlet in ["routes", "tracking"] { try depot.publish(passing(Self.start.advanced(by: .init(.seconds(-60)))), to: inlet) }
        try await depot.settled()
        let rounds = 6
        for round in 0..<rounds {
            let slice = records[records.count * round / rounds..<records.count * (round + 1) / rounds]
            for (topic, inlet) in [(SimulatedTopic.tracking, "tracking"), (SimulatedTopic.routeSnapshots, "routes")] {
                try depot.publish(slice.filter { $0.topic == topic }.map(\.record), to: inlet)
            }
            try depot.publish(passing((slice.last?.arrival ?? Self.start).advanced(by: .init(.seconds(-1)))), to: "routes")
            try await depot.settled()
            depot = try await depot.interrupted(how)
        }
        for inlet in ["routes", "tracking"] { try depot.publish(passing(Self.start.advanced(by: .init(.seconds(86_400)))), to: inlet) }
        let expected = try uninterrupted(records)
        #expect(expected.count > 10)
        try await eventually("all has been said") { try depot.texts(of: "events").count >= expected.count }
        try await depot.settled()
        let said = try depot.texts(of: "events")
        let more = Set(said).subtracting(expected).sorted()
        let less = Set(expected).subtracting(said).sorted()
        #expect(more == [] && less == [] && said.count == expected.count, "more: \(more.prefix(2)) less: \(less.prefix(2))")
        await depot.stop()
    }

    private func uninterrupted(_ records: [SimulatedRecord]) throws -> [String] {
        let harness = try JobHarness(try job(), lateness: ["tracking": .seconds(30)], keys: Self.keys)
        for (topic, inlet) in [(SimulatedTopic.routeSnapshots, "routes"), (SimulatedTopic.tracking, "tracking")] {
            try harness.send(records.filter { $0.topic == topic }.map(\.record), to: inlet)
        }
        try harness.finish()
        return harness.texts(from: "events")
    }
}
