internal import HoursOfService
internal import StreamCore
internal import StreamTesting
internal import Testing
internal import Wire

/// How violations come, change and go, and what is kept of a driver.
@Suite struct LifeTests {
    static let day = "2026-03-02"

    static func duty(
        _ time: String, _ status: String, id: String? = nil, revision: Int64 = 0, annulled: Bool = false, _ more: [String: JSON] = [:]
    ) -> String {
        var data = more
        data["new_status"] = .string(status)
        data["log_entry_id"] = .string(id ?? "entry \(time)")
        if revision > 0 { data["revision"] = .integer(revision) }
        if annulled { data["annulled"] = true }
        return JobCase.event(at: at(time), data)
    }

    /// `08:00` of the first day, `2 08:00` of the second, in UTC.
    static func at(_ time: String) -> String {
        let parts = time.split(separator: " ")
        return parts.count == 1 ? "\(day)T\(time):00Z" : "2026-03-0\(1 + (Int(parts[0]) ?? 1))T\(parts[1]):00Z"
    }

    static func instant(_ time: String) -> EventTime { EventTime(rfc3339: at(time)) ?? .distantPast }

    @Test func `a violation appears at its instant though no record comes`() throws {
        let run = try HoursRun()
        try run.send([Self.duty("06:00", "DRIVING")])
        try run.harness.advance(to: Self.instant("14:00"))
        #expect(try run.story().isEmpty)
        try run.harness.advance(to: Self.instant("17:30"))
        #expect(
            try run.story() == [
                "PROVISIONAL BREAK_30M NOMINAL \(Self.at("14:00"))", "PROVISIONAL BREAK_30M VIOLATION \(Self.at("14:15"))",
                "PROVISIONAL BREAK_30M EGREGIOUS \(Self.at("17:00"))", "PROVISIONAL DRIVE_11H NOMINAL \(Self.at("17:00"))",
                "PROVISIONAL DRIVE_11H VIOLATION \(Self.at("17:15"))",
            ])
        #expect(try run.said("alerts").count == 5)
    }

    @Test func `a stop at the very instant of the limit is no violation, whichever comes first`() throws {
        let run = try HoursRun()
        try run.send([Self.duty("06:00", "DRIVING")])
        try run.harness.advance(to: Self.instant("14:00"))
        try run.send([Self.duty("14:00", "OFF_DUTY")])
        try run.harness.advance(to: Self.instant("23:00"))
        #expect(try run.story().isEmpty)
    }

    @Test func `a later rest excuses a violation, and the driver's next full rest confirms what is left`() throws {
        let run = try HoursRun()
        // Two and seven hours are no pair.
        try run.send([
            Self.duty("10:00", "DRIVING"), Self.duty("15:00", "OFF_DUTY"), Self.duty("17:00", "DRIVING"),
            Self.duty("20:00", "SLEEPER_BERTH"),
            Self.duty("2 03:00", "DRIVING"), Self.duty("2 07:00", "OFF_DUTY"),
        ])
        let before = try run.story().map { $0.split(separator: " ").prefix(2).joined(separator: " ") }
        #expect(before.contains("PROVISIONAL WINDOW_14H") && before.contains("PROVISIONAL DRIVE_11H"))
        try run.harness.advance(to: Self.instant("2 17:00"))
        let after = try run.story().dropFirst(before.count)
        // Three hours off make the seven in the berth a pair, and ten are a full rest.
        #expect(
            Array(after) == ["RETRACTED WINDOW_14H EGREGIOUS \(Self.at("2 10:00"))", "CONFIRMED DRIVE_11H VIOLATION \(Self.at("2 17:00"))"])
    }

    @Test func `a violation keeps its id when a correction moves it, and a confirmed one can still be retracted`() throws {
        let run = try HoursRun()
        try run.send([
            Self.duty("06:00", "DRIVING", id: "a"), Self.duty("12:00", "OFF_DUTY", id: "b"), Self.duty("12:40", "DRIVING", id: "c"),
            Self.duty("18:30", "OFF_DUTY", id: "d"), Self.duty("2 06:00", "ON_DUTY", id: "e"), Self.duty("2 07:00", "OFF_DUTY", id: "f"),
        ])
        #expect(try run.standing() == ["DRIVE_11H \(Self.at("17:40")) \(Self.at("18:30"))"])
        // The first driving began half an hour later: so does the violation. The full rest since lies behind.
        try run.send([Self.duty("06:30", "DRIVING", id: "a", revision: 1)])
        #expect(try run.standing() == ["DRIVE_11H \(Self.at("18:10")) \(Self.at("18:30"))"])
        try run.send([Self.duty("12:40", "YARD", id: "c", revision: 1, annulled: true).replacing("\"new_status\":\"YARD\",", with: "")])
        #expect(try run.standing().isEmpty)
        let ids = Set(try run.said("violations").compactMap { $0["data"]?["violation_id"]?.string })
        #expect(ids.count == 1)
        #expect(try run.story().last?.hasPrefix("RETRACTED") == true)
        // Delivered again, the annulled entry stays away.
        try run.send([Self.duty("12:40", "DRIVING", id: "c")])
        #expect(try run.standing().isEmpty)
    }

    @Test func `warnings come an hour, half an hour and a quarter ahead`() throws {
        let run = try HoursRun()
        try run.send([Self.duty("06:00", "DRIVING"), Self.duty("11:00", "ON_DUTY"), Self.duty("11:30", "DRIVING")])
        try run.harness.advance(to: Self.instant("17:29"))
        let warnings = try run.said("violations").filter { $0["event_type"]?.string == "DRIVER_HOS_WARNING" }.map { event in
            "\(event["data"]?["clock"]?.string ?? "") \(event["data"]?["minutes_left"]?.integer ?? 0) \(event["data"]?["at"]?.string ?? "")"
        }
        #expect(warnings.count == 3)
        #expect(warnings.first == "DRIVE 60 \(Self.at("16:30"))")
        #expect(warnings.last == "DRIVE 15 \(Self.at("17:15"))")
    }

    @Test func `a status that only follows from a load is none, AVAILABLE is off duty, and the job's own events say nothing`() throws {
        let run = try HoursRun()
        try run.send([
            Self.duty("06:00", "DRIVING"), Self.duty("07:00", "OFF_DUTY", id: "x", ["duty": false]), Self.duty("08:00", "AVAILABLE"),
        ])
        let own = run.harness.received(from: "violations") + run.harness.received(from: "alerts")
        try run.send(own.map(\.text))
        try run.send([#"{"event_type":"DRIVER_LOCATION_UPDATED","timestamp":"2026-03-02T08:30:00Z","data":{}}"#])
        #expect(run.harness.deadLetters.isEmpty)
        try run.harness.advance(to: Self.instant("09:00"))
        #expect(try run.remaining() == [540, 660, 480, 68 * 60])
    }

    @Test func `what cannot be an entry becomes a dead letter that says why`() throws {
        let run = try HoursRun()
        try run.send([
            #"{"driver_id":"d","status":"FLYING","start":"2026-03-02T08:30:00Z"}"#,
            #"{"driver_id":"d","status":"DRIVING","start":"noon"}"#, #"{"driver_id":"d","start":"2026-03-02T08:30:00Z"}"#, "[]", "[",
        ])
        let reasons = run.harness.deadLetters.compactMap { $0.headers["dlq.reason"]?.value.map { String(decoding: $0, as: UTF8.self) } }
        #expect(reasons.count == 5)
        #expect(reasons.first?.contains("FLYING") == true && reasons.first?.contains("SLEEPER_BERTH") == true)
    }

    @Test func `a carrier's terms are those of its drivers who have none of their own`() throws {
        let run = try HoursRun(["timezone": "UTC"])
        func carrier(_ terms: String) throws {
            try run.harness.send([Record(#"{"id":"acme"\#(terms)}"#, key: "acme", at: EventTime(microseconds: 0))], to: "carriers")
        }
        func driver(_ terms: String) throws {
            try run.send([
                #"{"event_type":"DRIVER_UPDATED","timestamp":"2026-03-02T05:00:00Z","entity_id":"driver-7","data":{"carrier_id":"acme"\#(terms)}}"#
            ])
        }
        func last() throws -> DriverHours { try DriverHours(try #require(try run.said("hours").last)) }
        try carrier(#","ruleset":"us_property_alaska","cycle":"60/7","timezone":"America/Anchorage","day_start":"05:00""#)
        try driver(#","cycle":null"#)
        try run.send([Self.duty("06:00", "DRIVING"), Self.duty("18:30", "OFF_DUTY")])
        #expect(try run.standing().map { $0.prefix(9) } == ["BREAK_30M"])
        #expect(try last().ruleSet == "US_PROPERTY_ALASKA" && last().terms.cycle == Cycle(hours: 60, days: 7))
        #expect(try last().terms.calendar.timeZone == "America/Anchorage" && last().terms.calendar.dayStart == 300)
        // The driver's own come first, each by itself.
        try driver(#","ruleset":"US_PROPERTY""#)
        #expect(try run.standing().count == 2 && last().terms.cycle == Cycle(hours: 60, days: 7))
        // A carrier that has others gives them from the driver's next record on; one whose terms are none gives none.
        try carrier(#","cycle":"70/8""#)
        try run.send([Self.duty("19:00", "ON_DUTY")])
        #expect(try last().terms.cycle == Cycle(hours: 70, days: 8) && last().terms.calendar.timeZone == "UTC")
        try carrier(#","timezone":"Atlantis/Capital""#)
        try run.send([Self.duty("19:30", "OFF_DUTY")])
        #expect(try last().ruleSet == "US_PROPERTY" && last().terms.calendar.timeZone == "UTC")
        #expect(run.harness.deadLetters.isEmpty)
    }

    @Test func `a driver's own terms count for the whole log, and rule sets come as data`() throws {
        let run = try HoursRun(["timezone": "UTC"])
        try run.harness.send(
            [
                Record(
                    #"{"name":"PILOT","based_on":"US_PROPERTY","drive_limit_min":720,"break_after_min":null}"#,
                    at: EventTime(microseconds: 0))
            ],
            to: "rules")
        try run.send([Self.duty("06:00", "DRIVING"), Self.duty("18:30", "OFF_DUTY")])
        #expect(try run.standing().count == 2)
        try run.send([
            #"{"event_type":"DRIVER_UPDATED","timestamp":"2026-03-02T19:00:00Z","entity_id":"driver-7","data":{"ruleset":"pilot","cycle":"60/7"}}"#
        ])
        #expect(try run.standing() == ["DRIVE_11H \(Self.at("18:00")) \(Self.at("18:30"))"])
        let hours = try DriverHours(try #require(try run.said("hours").last))
        #expect(hours.ruleSet == "PILOT" && hours.terms.cycle == Cycle(hours: 60, days: 7))
        #expect(hours.terms.rules.first?.drivingLimit == .hours(12))
        try run.send([
            #"{"event_type":"DRIVER_UPDATED","timestamp":"2026-03-02T19:00:00Z","entity_id":"driver-7","data":{"ruleset":"US_PROPERTY"}}"#
        ])
        #expect(try run.standing().count == 2)
    }

    @Test func `whoever reads what is kept of the hours finds what the job finds`() throws {
        for worked in JobCase.all {
            let run = try HoursRun(worked.settings)
            try run.send(worked.events)
            let kept = try DriverHours(try #require(try run.said("hours").last))
            let found = kept.evaluated(at: worked.asOf)
            let minutes = [found.clocks.drive, found.clocks.window, found.clocks.rest, found.clocks.cycle].map {
                $0.map { Int64($0.minutes) }
            }
            for (found, expected) in zip(minutes, worked.remaining) where expected != nil { #expect(found == expected, "\(worked.id)") }
            let said = found.violations.map { "\($0.kind.name) \($0.at.rfc3339) \($0.until.rfc3339)" }
            let settled = kept.settled.map { "\($0.kind) \($0.startedAt.rfc3339) \($0.endedAt?.rfc3339 ?? "")" }
            #expect((said + settled).sorted() == worked.violations, "\(worked.id)")
        }
    }

    @Test func `other events of a driver's let time pass`() throws {
        let run = try HoursRun()
        try run.send([Self.duty("06:00", "DRIVING")])
        let place = #"{"event_type":"DRIVER_LOCATION_UPDATED","timestamp":"2026-03-02T14:10:00Z","entity_id":"driver-7","data":{}}"#
        try run.send([place])
        #expect(try run.story() == ["PROVISIONAL BREAK_30M NOMINAL \(Self.at("14:00"))"])
    }

    @Test func `a driver who is deleted leaves a tombstone and no timer`() throws {
        let run = try HoursRun()
        try run.send([Self.duty("06:00", "DRIVING")])
        try run.send([#"{"event_type":"DRIVER_DELETED","timestamp":"2026-03-02T07:00:00Z","entity_id":"driver-7","data":{}}"#])
        try run.harness.advance(to: Self.instant("2 07:00"))
        #expect(run.harness.received(from: "hours").last?.value == nil)
        #expect(try run.story().isEmpty)
    }

    @Test func `driving that never ends is spoken of for some days and no longer`() throws {
        let run = try HoursRun()
        try run.send([Self.duty("06:00", "DRIVING")])
        try run.harness.finish()
        // Break, driving, window and cycle, each in three classes.
        #expect(try run.story().count == 12)
        #expect(try run.standing().allSatisfy { $0.hasSuffix("?") })
    }

    @Test func `events made again from the same records are the same events`() throws {
        func ids() throws -> [String] {
            let run = try HoursRun()
            try run.send([Self.duty("06:00", "DRIVING"), Self.duty("19:00", "OFF_DUTY"), Self.duty("18:00", "ON_DUTY")])
            try run.harness.advance(to: Self.instant("2 12:00"))
            return try run.said("violations").compactMap { $0["event_id"]?.string }
        }
        let first = try ids()
        #expect(try ids() == first)
        #expect(Set(first).count == first.count)
    }
}
