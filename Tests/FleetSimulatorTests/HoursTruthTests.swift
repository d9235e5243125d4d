import Dataflow
import HOSViolations
import StreamCore
import StreamTesting
import Testing
import Wire

@testable import FleetSimulator

/// Drivers who stop too late, held against the job that knows every rule.
@Suite struct HoursTruthTests {
    /// The violations of which the job's last word is that they stand: driver, rule and minute.
    private func standing(in harness: JobHarness) throws -> Set<String> {
        var last: [String: String?] = [:]
        for record in harness.received(from: "violations") {
            let event = try JSON(parsing: record.value ?? [])
            guard event["event_type"]?.string == "DRIVER_HOS_VIOLATION", let data = event["data"] else { continue }
            let (driver, type) = (data["driver_id"]?.string ?? "", data["violation_type"]?.string ?? "")
            let words = "\(driver) \(type) \(data["started_at"]?.string?.prefix(16) ?? "")"
            last[data["violation_id"]?.string ?? ""] = .some(data["state"]?.string == "RETRACTED" ? nil : words)
        }
        return Set(last.values.compactMap(\.self))
    }

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
        let found = try standing(in: harness)
        #expect(truth.count > 15)
        #expect(Set(truth).subtracting(found) == [])
        #expect(found.subtracting(truth) == [])
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `some drivers of a usual day stop too late, and the hours job finds just these`(seed: UInt64) throws {
        let hours = 24.0
        var (records, simulation) = simulated(vehicles: 20, seed: seed, hours: hours, step: 86_400)
        let truth = simulation.truth.filter { $0.kind == .hoursViolation }.map { line in
            "\(line.entity) \(line.facts["violation_type"]?.string ?? "") \(line.at.rfc3339.prefix(16))"
        }
        // What happened in the day and was on its way at its end.
        let end = monday.advanced(seconds: hours * 3_600)
        records += simulation.advance(to: end.advanced(seconds: 900)).filter { $0.time <= end }
        var settings = SettingsReader()
        let harness = try JobHarness(try HOSViolations(settings: &settings), keys: ["duty": "driver_id"])
        let duty = records.filter { $0.topic == SimulatedTopic.drivers }.sorted { $0.time < $1.time }
        try harness.send(duty.map(\.record), to: "duty", inBatchesOf: 50)
        try harness.advance(to: end)
        let found = try standing(in: harness)
        #expect(!truth.isEmpty)
        #expect(Set(truth) == found)
    }

    @Test func `rested drivers violate nothing`() {
        let truth = simulated(vehicles: 8, hours: 72) { $0.tiredShare = 0 }.simulation.truth
        #expect(!truth.contains { $0.kind == .hoursViolation })
    }
}
