internal import HoursOfService
internal import StreamCore
internal import Testing
internal import Wire

/// What others ask of a driver's hours.
@Suite struct AskingTests {
    static func at(_ text: String) -> EventTime { EventTime(rfc3339: text) ?? .distantPast }

    static func terms(_ rules: [RuleSet] = [.usProperty], zone: String = "America/Chicago", dayStart: Int = 0) throws -> DutyTerms {
        DutyTerms(rules: rules, cycle: .seventyInEight, calendar: try #require(CarrierCalendar(timeZone: zone, dayStart: dayStart)))
    }

    static func log(_ entries: [(String, DutyStatus)]) -> DutyLog {
        var log = DutyLog()
        for (start, status) in entries { _ = log.take(DutyEntry(start: at(start), status: status)) }
        return log
    }

    static func hours(_ entries: [(String, DutyStatus)]) throws -> DriverHours {
        DriverHours(driver: "d", ruleSet: "US_PROPERTY", terms: try terms(), log: log(entries))
    }

    static func minutes(_ clocks: Clocks) -> [Int?] { [clocks.drive, clocks.window, clocks.rest, clocks.cycle].map { $0?.minutes } }

    @Test func `who has logged nothing is rested`() throws {
        let hours = DriverHours(driver: "d", ruleSet: "US_PROPERTY", terms: try Self.terms())
        let found = hours.evaluated(at: Self.at("2026-03-02T12:00:00Z"))
        #expect(Self.minutes(found.clocks) == [660, 840, 480, 4_200])
        #expect(found.status == nil && found.violations.isEmpty && found.nextChange == nil)
    }

    @Test func `resting until pickup gives hours back only if the rest is long enough`() throws {
        let hours = try Self.hours([("2026-03-02T12:00:00Z", .driving), ("2026-03-02T20:00:00Z", .onDuty)])
        let now = Self.at("2026-03-02T21:00:00Z")
        #expect(Self.minutes(hours.hoursAfterResting(from: now, until: Self.at("2026-03-03T06:59:00Z"))) == [180, 0, 480, 3_660])
        #expect(Self.minutes(hours.hoursAfterResting(from: now, until: Self.at("2026-03-03T07:00:00Z"))) == [660, 840, 480, 3_660])
        #expect(Self.minutes(hours.hoursAfterResting(from: now, until: Self.at("2026-03-04T07:00:00Z"))) == [660, 840, 480, 4_200])
        #expect(hours.hoursAfterResting(from: now, until: now) == hours.evaluated(at: now).clocks)
    }

    @Test func `a driver who rests already rests on in the same way`() throws {
        let hours = try Self.hours([
            ("2026-03-02T12:00:00Z", .driving), ("2026-03-02T15:00:00Z", .offDuty), ("2026-03-02T18:00:00Z", .driving),
            ("2026-03-02T23:00:00Z", .sleeperBerth),
        ])
        // Three hours off and seven in the berth are a pair.
        let clocks = hours.hoursAfterResting(from: Self.at("2026-03-03T01:00:00Z"), until: Self.at("2026-03-03T06:00:00Z"))
        #expect(Self.minutes(clocks) == [360, 540, 480, 3_720])
    }

    @Test func `the coming days give back what the days that drop out held`() throws {
        let hours = try Self.hours([
            ("2026-03-02T12:00:00Z", .driving), ("2026-03-02T20:00:00Z", .offDuty), ("2026-03-03T12:00:00Z", .onDuty),
            ("2026-03-03T15:00:00Z", .offDuty),
        ])
        let found = hours.evaluated(at: Self.at("2026-03-03T18:00:00Z"))
        let recap = found.recap(under: hours.terms)
        #expect(recap.map(\.date) == (4...10).map { "2026-03-\($0 < 10 ? "0" : "")\($0)" })
        #expect(recap.map(\.regained.minutes) == [0, 0, 0, 0, 0, 0, 480])
    }

    @Test func `days are cut at the designated time, and are as long as clocks make them`() throws {
        // Clocks are put forward on the eighth: noon to noon is 23 hours.
        let log = Self.log([("2026-03-07T17:00:00Z", .onDuty), ("2026-03-07T18:00:00Z", .onDuty), ("2026-03-08T18:00:00Z", .offDuty)])
        let terms = try Self.terms(dayStart: 720)
        let recap = log.evaluated(at: Self.at("2026-03-08T18:00:00Z"), under: terms).recap(under: terms)
        #expect(recap.first?.at == Self.at("2026-03-09T17:00:00Z"))
        #expect(recap.last?.regained == .hours(23))
        #expect(CarrierCalendar(timeZone: "Nowhere/At_All") == nil && CarrierCalendar(timeZone: "UTC", dayStart: 1_440) == nil)
    }

    @Test func `a tour of duty is held to the rules in force when it begins`() throws {
        var pilot = RuleSet.usProperty
        pilot.effectiveFrom = Self.at("2026-03-03T00:00:00Z")
        pilot.drivingLimit = .hours(12)
        pilot.breakAfter = nil
        let log = Self.log([
            ("2026-03-02T12:00:00Z", .driving), ("2026-03-03T00:00:00Z", .offDuty), ("2026-03-03T12:00:00Z", .driving),
            ("2026-03-04T00:00:00Z", .offDuty),
        ])
        let found = log.evaluated(at: Self.at("2026-03-04T00:00:00Z"), under: try Self.terms([pilot, .usProperty]))
        #expect(found.violations.map(\.kind) == [.breakDue, .driving11])
        #expect(found.violations.allSatisfy { $0.at < pilot.effectiveFrom })
    }

    @Test func `a violation says in words what was driven, against which paragraph, from which entries`() throws {
        var log = DutyLog()
        _ = log.take(DutyEntry(id: "a", start: Self.at("2026-03-02T12:00:00Z"), status: .driving))
        _ = log.take(DutyEntry(id: "b", start: Self.at("2026-03-02T18:00:00Z"), status: .offDuty))
        _ = log.take(DutyEntry(id: "c", start: Self.at("2026-03-02T19:00:00Z"), status: .driving))
        _ = log.take(DutyEntry(id: "d", start: Self.at("2026-03-03T00:20:00Z"), status: .offDuty))
        let found = log.evaluated(at: Self.at("2026-03-03T01:00:00Z"), under: try Self.terms())
        #expect(
            found.violations.map(\.explanation) == [
                "From 2026-03-03T00:00:00Z until 2026-03-03T00:20:00Z: 11 h 20 min of driving since 2026-03-02T12:00:00Z, where 11 h are allowed "
                    + "(49 CFR 395.3(a)(3)(i)). Entries: a, c."
            ])
        #expect(found.violations.first?.severity == .violation)
        #expect(found.violations.first?.id(of: "x").count == 36)
        #expect(found.violations.first?.id(of: "x") != found.violations.first?.id(of: "y"))
    }

    @Test func `the record of hours reads as it was written, rule set and all`() throws {
        var pilot = RuleSet.usPassenger
        pilot.name = "PILOT"
        pilot.drivingLimit = nil
        pilot.split = nil
        let hours = DriverHours(
            driver: "d", ruleSet: "PILOT", terms: try Self.terms([pilot], dayStart: 375),
            log: Self.log([("2026-03-02T12:00:00Z", .driving), ("2026-03-03T06:00:00Z", .sleeperBerth)]), writesRules: true)
        let instant = Self.at("2026-03-03T07:00:00Z")
        var out = ByteWriter()
        hours.write(hours.evaluated(at: instant), into: &out)
        let read = try DriverHours(parsing: out.bytes)
        #expect(read.terms == hours.terms && read.log == hours.log)
        #expect(read.evaluated(at: instant).violations == hours.evaluated(at: instant).violations)
        #expect(throws: DecodeFailure.self) { try DriverHours(parsing: Array("{}".utf8)) }
    }

    @Test(arguments: [
        #"{}"#, #"{"name":"X","based_on":"Y"}"#, #"{"name":"X","drive_limit_min":"long"}"#, #"{"name":"X","speed_limit":55}"#,
        #"{"name":"X","window_counts":"SOMETIMES"}"#, #"{"name":"X","effective_from":"soon"}"#,
    ])
    func `a rule set that cannot be read says why`(text: String) throws {
        let json = try JSON(parsing: text)
        #expect(throws: DecodeFailure.self) { try RuleSet(json, basedOn: RuleCatalog()) }
    }
}
