import Dataflow
import HOSViolations
import StreamCore
import StreamTesting
import Testing
import Wire

@testable import FleetSimulator

/// Drivers who stop too late, held against the job that knows every rule.
@Suite struct HoursTruthTests {
    @Test func `the hours job finds the violations that the truth lists, and no others`() throws {
        let (records, simulation) = simulated(vehicles: 15, hours: 6 * 24, step: 86_400) {
            ($0.fixSeconds, $0.tiredShare, $0.cancelShare) = (60...60, 0.3, 0)
        }
        let truth = simulation.truth.filter { $0.kind == .hoursViolation }.map { line in
            "\(line.entity) \(line.facts["violation_type"]?.string ?? "") \(line.at.rfc3339.prefix(16))"
        }
        var settings = SettingsReader()
        let harness = try JobHarness(try HOSViolations(settings: &settings), keys: ["duty": "driver_id"])
        let duty = records.filter { $0.topic == SimulatedTopic.drivers }
        try harness.send(duty.map(\.record), to: "duty", inBatchesOf: 50)
        try harness.advance(to: monday.advanced(seconds: 6 * 86_400))
        let events = try harness.received(from: "violations").map { try JSON(parsing: $0.value ?? []) }
        let found = Set(
            events.filter { $0["event_type"]?.string == "DRIVER_HOS_VIOLATION" }.compactMap { event -> String? in
                guard let data = event["data"], let driver = data["driver_id"]?.string, let type = data["violation_type"]?.string,
                    let started = data["started_at"]?.string, data["state"]?.string != "RETRACTED"
                else { return nil }
                return "\(driver) \(type) \(started.prefix(16))"
            })
        #expect(truth.count > 15)
        #expect(Set(truth).subtracting(found) == [])
        #expect(found.subtracting(truth) == [])
    }

    @Test func `rested drivers violate nothing`() {
        let truth = simulated(vehicles: 8, hours: 72) { $0.tiredShare = 0 }.simulation.truth
        #expect(!truth.contains { $0.kind == .hoursViolation })
    }
}
