internal import Foundation
internal import HoursOfService
internal import StreamCore
internal import Testing
internal import Wire

/// One worked case: a log, the instant at which it is looked at, and what has to be found.
struct WorkedCase: Sendable, CustomTestStringConvertible {
    struct Expected: Hashable, Comparable, Sendable {
        let kind: String
        let at: EventTime
        let until: EventTime

        static func < (a: Expected, b: Expected) -> Bool { (a.at, a.kind) < (b.at, b.kind) }
    }

    let id: String
    let isGate: Bool
    let terms: DutyTerms
    let entries: [DutyEntry]
    let asOf: EventTime
    let violations: [Expected]
    /// Drive, window, break and cycle, in minutes; `nil` where nothing is claimed.
    let remaining: [Int?]

    var testDescription: String { id }

    static let all: [WorkedCase] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Cases/worked-cases.json")
        guard let data = try? Data(contentsOf: file), let json = try? JSON(parsing: Array(data)) else { return [] }
        return (json.array ?? []).compactMap { WorkedCase($0) }
    }()

    static let gates = all.filter(\.isGate)

    init?(_ json: JSON) {
        func time(_ value: JSON?) -> EventTime? { value?.string.flatMap { EventTime(rfc3339: $0) } }
        guard let id = json["id"]?.string, let asOf = time(json["as_of"]), let timeline = json["timeline"]?.array,
            let cycle = json["cycle"]?.string.flatMap({ Cycle(text: $0) }), let zone = json["timezone"]?.string,
            let calendar = CarrierCalendar(
                timeZone: zone, dayStart: json["day_start"]?.string.flatMap { CarrierCalendar.minutes(text: $0) } ?? 0),
            let expect = json["expect"]
        else { return nil }
        self.id = id
        self.asOf = asOf
        isGate = json["gate"]?.bool ?? false
        terms = DutyTerms(
            rules: [json["ruleset"]?.string == "US_PASSENGER" ? .usPassenger : .usProperty], cycle: cycle, calendar: calendar)
        var entries = timeline.enumerated().compactMap { index, item -> DutyEntry? in
            guard let start = time(item["start"]), let status = item["status"]?.string.flatMap({ DutyStatus(anyCase: $0) }) else {
                return nil
            }
            return DutyEntry(
                id: "\(id)/\(index)", start: start, status: status, special: item["special"]?.string.flatMap { DutySpecial(anyCase: $0) })
        }
        for claim in json["exemptions"]?.array ?? [] {
            guard let at = time(claim["at"]), let exemption = claim["type"]?.string.flatMap({ Exemption(anyCase: $0) }) else { return nil }
            entries.append(DutyEntry(id: "\(id)/\(exemption.name)", start: at, status: nil, exemption: exemption))
        }
        self.entries = entries
        violations = (expect["violations"]?.array ?? []).compactMap { item in
            guard let kind = item["type"]?.string, let at = time(item["at"]), let until = time(item["until"]) else { return nil }
            return Expected(kind: kind, at: at, until: until)
        }.sorted()
        let names = ["drive_min", "window_min", "break_min", "cycle_min"]
        remaining = names.map { expect["remaining"]?[$0]?.integer.map { Int($0) } }
    }

    /// The log with its entries handed in in an order.
    func log(_ order: [Int]) -> DutyLog {
        var log = DutyLog()
        for (offset, index) in order.enumerated() {
            var entry = entries[index]
            entry.offset = Int64(offset)
            _ = log.take(entry)
        }
        return log
    }
}

extension Evaluation {
    /// What was found, as the worked cases write it.
    var found: [WorkedCase.Expected] {
        violations.map { WorkedCase.Expected(kind: $0.kind.name, at: $0.at, until: $0.until) }.sorted()
    }

    /// The clocks in minutes.
    var minutes: [Int?] { [clocks.drive, clocks.window, clocks.rest, clocks.cycle].map { $0?.minutes } }
}
