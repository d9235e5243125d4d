internal import Dataflow
internal import Execution
internal import Foundation
internal import HOSViolations
internal import StreamCore
internal import StreamTesting
internal import Testing
internal import Wire

/// A worked case as the job meets it: events of a driver, settings, an instant.
struct JobCase: Sendable, CustomTestStringConvertible {
    let id: String
    let isGate: Bool
    let settings: [String: String]
    /// Values of `duty`, in file order.
    let events: [String]
    /// When each of them happened.
    let times: [EventTime]
    let asOf: EventTime
    let violations: [String]
    let remaining: [Int64?]

    var testDescription: String { id }

    static let all: [JobCase] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "HoursOfServiceTests/Cases/worked-cases.json")
        guard let data = try? Data(contentsOf: file), let json = try? JSON(parsing: Array(data)) else { return [] }
        return (json.array ?? []).compactMap { JobCase($0) }
    }()

    static let clocks = ["drive_min", "window_min", "break_min", "cycle_min"]

    init?(_ json: JSON) {
        guard let id = json["id"]?.string, let asOf = json["as_of"]?.string.flatMap({ EventTime(rfc3339: $0) }),
            let timeline = json["timeline"]?.array, let expect = json["expect"]
        else { return nil }
        self.id = id
        self.asOf = asOf
        isGate = json["gate"]?.bool ?? false
        var settings: [String: String] = [:]
        for name in ["ruleset", "cycle", "timezone"] { settings[name] = json[name]?.string }
        settings["day-start"] = json["day_start"]?.string
        self.settings = settings
        var rows = timeline.enumerated().map { index, item in
            (
                item["start"]?.string ?? "",
                ["new_status": item["status"], "special": item["special"], "log_entry_id": .string("\(id)/\(index)")]
            )
        }
        for claim in json["exemptions"]?.array ?? [] {
            // A claim is an entry of the status that holds anyway, with the exemption.
            guard let text = claim["at"]?.string, let at = EventTime(rfc3339: text) else { return nil }
            let status = timeline.last { $0["start"]?.string.flatMap { EventTime(rfc3339: $0) }.map { $0 <= at } ?? false }?["status"]
            rows.append((text, ["new_status": status, "exemption": claim["type"], "log_entry_id": .string("\(id)/claim")]))
        }
        events = rows.map { start, data in JobCase.event(at: start, data.compactMapValues { $0 }) }
        times = rows.compactMap { EventTime(rfc3339: $0.0) }
        violations = (expect["violations"]?.array ?? []).map { item in
            [item["type"]?.string, JobCase.utc(item["at"]), JobCase.utc(item["until"])].map { $0 ?? "?" }.joined(separator: " ")
        }.sorted()
        remaining = JobCase.clocks.map { expect["remaining"]?[$0]?.integer }
    }

    static func utc(_ value: JSON?) -> String? { value?.string.flatMap { EventTime(rfc3339: $0)?.rfc3339 } }

    /// An event of a driver's duty log.
    static func event(at start: String, driver: String = "driver-7", _ data: [String: JSON]) -> String {
        let members = data.sorted { $0.key < $1.key }.map { JSON.Member($0.key, $0.value) }
        return
            "\(JSON.object(["event_type": "DRIVER_STATUS_CHANGED", "timestamp": .string(start), "entity_type": "DRIVER", "entity_id": .string(driver), "data": .object([.init("driver_id", .string(driver))] + members)]))"
    }
}

/// The job over events in memory, and what follows from what it says.
struct HoursRun {
    let harness: JobHarness

    init(_ settings: [String: String] = [:]) throws {
        var reader = SettingsReader(texts: settings)
        harness = try JobHarness(try HOSViolations(settings: &reader), keys: ["duty": "driver_id"])
    }

    func send(_ events: [String], inBatchesOf size: Int = 1) throws {
        // The record's own time is of no account: the event says when.
        try harness.send(events.map { Record($0, at: EventTime(microseconds: 0)) }, to: "duty", inBatchesOf: size)
    }

    func said(_ outlet: String) throws -> [JSON] {
        try harness.received(from: outlet).filter { $0.value != nil }.map { try JSON(parsing: $0.value ?? []) }
    }

    /// What has been said of each violation last, those that are retracted left out: type, begin and end.
    func standing() throws -> [String] {
        var last: [String: JSON] = [:]
        for event in try said("violations") where event["event_type"]?.string == "DRIVER_HOS_VIOLATION" {
            guard let data = event["data"], let id = data["violation_id"]?.string else { continue }
            last[id] = data
        }
        return last.values.filter { $0["state"]?.string != "RETRACTED" }.map { data in
            [data["violation_type"]?.string, data["started_at"]?.string, data["ended_at"]?.string].map { $0 ?? "?" }.joined(separator: " ")
        }.sorted()
    }

    /// The state and event time of each thing said of violations, in the order said.
    func story() throws -> [String] {
        try said("violations").filter { $0["event_type"]?.string == "DRIVER_HOS_VIOLATION" }.map { event in
            let data = event["data"] ?? .null
            return [data["state"], data["violation_type"], data["severity_class"], event["timestamp"]].map { $0?.string ?? "?" }.joined(
                separator: " ")
        }
    }

    /// The last word on a driver's clocks.
    func remaining() throws -> [Int64?] {
        let last = try #require(try said("hours").last)
        return JobCase.clocks.map { last["remaining"]?[$0]?.integer }
    }
}
