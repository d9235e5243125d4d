internal import HoursOfService
internal import StreamCore
internal import StreamTesting
internal import Testing
internal import Wire

/// Random logs through the job, in random orders, with corrections and annulments, against one evaluation of what is left in the end.
@Suite struct RandomLogTests {
    struct Delivery {
        let entry: DutyEntry
        let driver: Int

        var text: String {
            var data: [String: JSON] = ["log_entry_id": .string(entry.key)]
            if let status = entry.status, !entry.isAnnulled { data["new_status"] = .string(status.name) }
            if entry.revision > 0 { data["revision"] = .integer(entry.revision) }
            if entry.isAnnulled { data["annulled"] = true }
            return JobCase.event(at: entry.start.rfc3339, driver: "driver-\(driver)", data)
        }
    }

    static let hour: Int64 = 3_600_000_000
    static let begin = EventTime(rfc3339: "2026-03-02T06:00:00Z") ?? .distantPast

    /// Several drivers' days: entries, some corrected, some annulled.
    static func deliveries(_ random: inout SeededGenerator, days: Int) -> [Delivery] {
        var all: [Delivery] = []
        for driver in 0..<3 {
            var at = begin
            var number = 0
            while at < begin.advanced(by: .init(microseconds: Int64(days) * 24 * hour)) {
                let status = DutyStatus.allCases.randomElement(using: &random) ?? .offDuty
                let length = [hour / 2, hour, 2 * hour, 3 * hour, 7 * hour, 10 * hour].randomElement(using: &random) ?? hour
                number += 1
                let id = "d\(driver)-\(number)"
                all.append(Delivery(entry: DutyEntry(id: id, start: at, status: status), driver: driver))
                if random.chance(0.15) {
                    let moved = at.advanced(by: .init(microseconds: Int64.random(in: -30...30, using: &random) * 60_000_000))
                    all.append(
                        Delivery(
                            entry: DutyEntry(id: id, start: moved, status: random.chance(0.7) ? status : .driving, revision: 1),
                            driver: driver))
                }
                if random.chance(0.05) {
                    all.append(Delivery(entry: DutyEntry(id: id, start: at, status: nil, revision: 2, isAnnulled: true), driver: driver))
                }
                at = at.advanced(by: .init(microseconds: length))
            }
        }
        return all
    }

    @Test(arguments: 0..<40 as Range<UInt64>) func `the order of arrival does not change what is said in the end`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let days = seed % 4 == 0 ? 12 : 4
        let deliveries = Self.deliveries(&random, days: days)
        let end = Self.begin.advanced(by: .init(microseconds: Int64(days + 1) * 24 * Self.hour))
        let calendar = try #require(CarrierCalendar(timeZone: "America/Chicago"))
        let terms = DutyTerms(rules: [.usProperty], cycle: .seventyInEight, calendar: calendar)
        var expected: [String] = []
        var clocks: [[Int64?]] = []
        for driver in 0..<3 {
            var log = DutyLog()
            for (offset, delivery) in deliveries.enumerated() where delivery.driver == driver {
                var entry = delivery.entry
                entry.offset = Int64(offset)
                _ = log.take(entry)
            }
            let found = log.evaluated(at: end, under: terms)
            expected += found.violations.map { violation in
                let ended = violation.isOngoing ? "?" : violation.until.rfc3339
                return
                    "\(violation.id(of: "driver-\(driver)")) \(violation.isConfirmed) \(violation.kind.name) \(violation.at.rfc3339) \(ended)"
            }
            clocks.append(
                [found.clocks.drive, found.clocks.window, found.clocks.rest, found.clocks.cycle].map { $0.map { Int64($0.minutes) } })
        }
        for round in 0..<3 {
            var order = Array(deliveries.indices) + deliveries.indices.filter { _ in random.chance(0.2) }
            switch round {
            case 0: order.sort { deliveries[$0].entry.start < deliveries[$1].entry.start }
            case 1: order = displaced(order, by: 20, using: &random)
            default: order.shuffle(using: &random)
            }
            // Corrections of what is older than the job keeps would be left out: nothing here is.
            let run = try HoursRun(["timezone": "America/Chicago", "keep": "20d"])
            try run.send(order.map { deliveries[$0].text }, inBatchesOf: [1, 7, 100][round])
            try run.harness.advance(to: end)
            #expect(run.harness.deadLetters.isEmpty)
            var last: [String: JSON] = [:]
            for event in try run.said("violations") where event["event_type"]?.string == "DRIVER_HOS_VIOLATION" {
                guard let data = event["data"], let id = data["violation_id"]?.string else { continue }
                last[id] = data
            }
            let found = last.filter { $0.value["state"]?.string != "RETRACTED" }.map { id, data in
                "\(id) \(data["state"]?.string == "CONFIRMED") \(data["violation_type"]?.string ?? "") \(data["started_at"]?.string ?? "") \(data["ended_at"]?.string ?? "?")"
            }
            #expect(found.sorted() == expected.sorted(), "seed \(seed) round \(round)")
            let words = try run.said("hours").suffix(3)
            for (driver, word) in zip(0..<3, words) {
                #expect(word["driver_id"]?.string == "driver-\(driver)")
                #expect(JobCase.clocks.map { word["remaining"]?[$0]?.integer } == clocks[driver], "seed \(seed) round \(round)")
            }
        }
    }
}
