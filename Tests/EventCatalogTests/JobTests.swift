import Dataflow
import Foundation
import Freight
import HOSViolations
import StreamCore
import StreamTesting
import Testing
import Wire

@testable import EventCatalog

@Suite struct JobTests {
    private static let driver = "0191f6a0-7f0b-7a5e-9b4f-1f2d3c4b5a70"

    private func event(_ type: String, _ data: JSON) -> Record {
        let event = JSON.object([
            "event_id": "0191f6a0-7f0b-7a5e-9b4f-1f2d3c4b5a69", "event_type": .string(type), "timestamp": "2026-11-23T08:00:00Z",
            "entity_type": "DRIVER", "entity_id": .string(Self.driver), "data": data,
        ])
        return Record(event.description, key: Self.driver, at: EventTime(milliseconds: 1_795_420_800_000))
    }

    private var records: [Record] {
        [
            event("DRIVER_STATUS_CHANGED", .object(["driver_id": .string(Self.driver), "new_status": "ON_DUTY"])),
            event("DRIVER_STATUS_CHANGED", .object(["driver_id": .string(Self.driver), "new_status": "FISHING"])),
            event("DRIVER_PROMOTED", .object([])),
            event("LOAD_CREATED", .object(["load_id": .string(Self.driver)])),
        ]
    }

    private func reasons(_ harness: JobHarness) -> [String] {
        harness.deadLetters.compactMap { $0.headers["dlq.reason"]?.value.map { String(decoding: $0, as: UTF8.self) } }
    }

    @Test func `what is wrong becomes a dead letter that says all of it, what is right nothing`() throws {
        var settings = SettingsReader()
        let harness = try JobHarness(
            try EventCatalog(settings: &settings), keys: Dictionary(uniqueKeysWithValues: EventCatalog.inlets.map { ($0.0, $0.2) }))
        try harness.send(records, to: "drivers")
        let reasons = reasons(harness)
        #expect(reasons.count == 3)
        #expect(reasons[0] == "an event that is wrong: data.new_status must be one of AVAILABLE, DRIVING, ON_DUTY, OFF_DUTY, SLEEPER_BERTH")
        #expect(
            reasons[1].hasPrefix(#"an event that is wrong: event_type "DRIVER_PROMOTED" is not known here; there are DRIVER_CREATED, "#))
        #expect(reasons[2] == "an event that is wrong: event_type belongs on tms.loads; entity_type must be one of LOAD")
        #expect(harness.deadLetters[1].value == records[2].value)
    }

    @Test func `another job of the same topic leaves to it what the catalog refuses`() throws {
        var settings = SettingsReader()
        let harness = try JobHarness(try HOSViolations(settings: &settings), keys: ["duty": "driver_id"])
        try harness.send(records, to: "duty")
        #expect(reasons(harness) == [])
        try harness.send([Record("no JSON", at: EventTime(milliseconds: 0)), Record("{}", at: EventTime(milliseconds: 0))], to: "duty")
        #expect(reasons(harness).count == 2)
    }

    @Test func `its inlets are the topics of the catalog`() {
        #expect(EventCatalog.inlets.map(\.1) == EventSchema.topics)
    }

    @Test func `the page of events is what the catalog says`() throws {
        let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("docs/events.md")
        if ProcessInfo.processInfo.environment["LINEHAUL_PRINT_DOCS"] != nil {
            try EventPage.text.write(to: page, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: page, encoding: .utf8) == EventPage.text)
    }
}
