internal import Dataflow
internal import HOSViolations
internal import HoursOfService
internal import StreamCore
internal import StreamTesting
internal import Testing
internal import Wire

/// The recovery law: what is said is what would have been said without the crash.
@Suite struct RecoveryTests {
    private static let begin = EventTime(rfc3339: "2026-03-02T06:00:00Z") ?? .distantPast

    private func job() throws -> HOSViolations {
        var settings = SettingsReader()
        return try HOSViolations(settings: &settings)
    }

    /// Five days of some drivers, in the order of their time.
    private func records() -> [Record] {
        var random = SeededGenerator(seed: 5)
        var all: [(EventTime, Record)] = []
        for driver in 0..<8 {
            var at = Self.begin.advanced(by: .init(microseconds: Int64(driver) * 61_000_000))
            for number in 0..<60 {
                let status = DutyStatus.allCases.randomElement(using: &random) ?? .offDuty
                let event = JobCase.event(
                    at: at.rfc3339, driver: "driver-\(driver)",
                    ["new_status": .string(status.name), "log_entry_id": .string("\(driver)-\(number)")])
                all.append((at, Record(event, key: "driver-\(driver)", at: at)))
                at = at.advanced(by: .minutes([31, 61, 121, 241, 421, 601].randomElement(using: &random) ?? 61))
            }
        }
        return all.sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// What is said of violations, and the last word on each driver's hours.
    private func said(_ events: [String], _ hours: [String]) throws -> [String] {
        var last: [String: String] = [:]
        for text in hours {
            let value = try JSON(parsing: text)
            last[value["driver_id"]?.string ?? ""] = text
        }
        return (events + last.values).sorted()
    }

    @Test(arguments: Depot.Interruption.allCases) func `the same is said after any interruption`(how: Depot.Interruption) async throws {
        let records = records()
        let keys = ["duty": "driver_id"]
        let bindings = try JobHarness.bindings(of: try job(), keys: keys, partitions: Depot.partitions)
        var depot = try await Depot(try job(), bindings)
        let rounds = 5
        for round in 0..<rounds {
            try depot.publish(Array(records[records.count * round / rounds..<records.count * (round + 1) / rounds]), to: "duty")
            try await depot.settled()
            depot = try await depot.interrupted(how)
        }
        try await depot.settled()
        // What partitions have come to differs; so each driver is asked for what records alone brought about.
        var expected: [String] = []
        var hours: [String] = []
        for number in 0..<Depot.partitions {
            let harness = try JobHarness(try job(), keys: keys)
            try harness.send(
                records.filter { Partitioner.partition(of: $0.key ?? [], among: Depot.partitions).index == number }, to: "duty",
                inBatchesOf: 9)
            expected += harness.texts(from: "violations")
            hours += harness.texts(from: "hours")
        }
        #expect(expected.count > 50)
        #expect(try said(depot.texts(of: "violations"), depot.texts(of: "hours")) == said(expected, hours))
        await depot.stop()
    }
}
