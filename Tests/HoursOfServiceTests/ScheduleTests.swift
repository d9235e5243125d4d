internal import Foundation
internal import HoursOfService
internal import StreamCore
internal import Testing

/// Drives and rests ahead: what the rules ask for, and nothing that they find wrong.
@Suite struct ScheduleTests {
    private static func at(_ text: String) -> EventTime { AskingTests.at(text) }

    /// The parts as `DRIVE 480`, in minutes.
    private static func words(_ schedule: DutySchedule) -> [String] {
        schedule.parts.map { "\($0.activity.rawValue) \($0.length.minutes)" }
    }

    private static func rested() throws -> DriverHours { try AskingTests.hours([]) }

    @Test func `a long drive has its break after eight hours and its night after eleven`() throws {
        let schedule = try Self.rested().schedule([.drive(.hours(20))], from: Self.at("2026-03-02T12:00:00Z"))
        #expect(Self.words(schedule) == ["DRIVE 480", "BREAK 30", "DRIVE 180", "REST 600", "DRIVE 480", "BREAK 30", "DRIVE 60"])
        #expect(schedule.end == Self.at("2026-03-03T19:00:00Z"))
    }

    @Test func `other work fills the window, interrupts driving, and is no rest`() throws {
        let errands: [Errand] = [.work(.hours(2)), .drive(.hours(5)), .work(.minutes(30)), .drive(.hours(6)), .work(.hours(1))]
        let schedule = try Self.rested().schedule(errands, from: Self.at("2026-03-02T12:00:00Z"))
        #expect(Self.words(schedule) == ["WORK 120", "DRIVE 300", "WORK 30", "DRIVE 360", "WORK 60"])
        let late = try Self.rested().schedule([.work(.hours(6)), .drive(.hours(9))], from: Self.at("2026-03-02T12:00:00Z"))
        #expect(Self.words(late) == ["WORK 360", "DRIVE 480", "REST 600", "DRIVE 60"])
    }

    @Test func `waiting for an appointment is rest`() throws {
        let errands: [Errand] = [.drive(.hours(7)), .wait(until: Self.at("2026-03-03T06:00:00Z")), .drive(.hours(9))]
        let schedule = try Self.rested().schedule(errands, from: Self.at("2026-03-02T12:00:00Z"))
        #expect(Self.words(schedule) == ["DRIVE 420", "WAIT 660", "DRIVE 480", "BREAK 30", "DRIVE 60"])
    }

    @Test func `a full cycle is begun anew, or given back by midnight, whichever is first`() throws {
        // Seven days of ten hours each: the first of them drops out on the eighth day.
        let days = (2...8).flatMap { day -> [(String, DutyStatus)] in
            [("2026-03-0\(day)T12:00:00Z", .driving), ("2026-03-0\(day)T17:00:00Z", .onDuty), ("2026-03-0\(day)T22:00:00Z", .offDuty)]
        }
        let hours = try AskingTests.hours(days)
        let schedule = hours.schedule([.drive(.hours(8))], from: Self.at("2026-03-09T12:00:00Z"))
        // Nothing is left on the ninth; midnight in Chicago gives ten hours back, before 34 hours of rest are over.
        #expect(Self.words(schedule).last == "DRIVE 480" && schedule.total(.restart) == .zero)
        #expect(schedule.parts.last?.start == Self.at("2026-03-10T05:00:00Z"))
        let busy = try AskingTests.hours(
            (4...8).flatMap { day -> [(String, DutyStatus)] in
                [("2026-03-0\(day)T12:00:00Z", .onDuty), ("2026-03-0\(day + 1)T02:00:00Z", .offDuty)]
            })
        let anew = busy.schedule([.drive(.hours(8))], from: Self.at("2026-03-09T02:00:00Z"))
        #expect(Self.words(anew) == ["RESTART 2040", "DRIVE 480"])
    }

    @Test func `who rests finishes the rest where that is sooner there`() throws {
        let hours = try AskingTests.hours([("2026-03-02T12:00:00Z", .driving), ("2026-03-02T20:00:00Z", .sleeperBerth)])
        let schedule = hours.schedule([.drive(.hours(6))], from: Self.at("2026-03-03T04:00:00Z"))
        #expect(Self.words(schedule) == ["REST 120", "DRIVE 360"])
        let short = hours.schedule([.drive(.hours(2))], from: Self.at("2026-03-02T23:00:00Z"))
        #expect(Self.words(short) == ["DRIVE 120"])
    }

    @Test func `what has begun as a split is gone on with`() throws {
        let hours = try AskingTests.hours([
            ("2026-03-02T12:00:00Z", .driving), ("2026-03-02T18:00:00Z", .offDuty), ("2026-03-02T21:00:00Z", .driving),
            ("2026-03-03T02:00:00Z", .sleeperBerth),
        ])
        // Three hours off and seven in the berth: the clocks go on from the end of the first.
        let schedule = hours.schedule([.drive(.hours(5))], from: Self.at("2026-03-03T09:00:00Z"))
        #expect(Self.words(schedule) == ["DRIVE 300"])
    }

    @Test func `a day is not interrupted for less than an hour of driving`() throws {
        let hours = try AskingTests.hours([("2026-03-02T12:00:00Z", .onDuty), ("2026-03-02T17:00:00Z", .driving)])
        // At one in the morning eight hours are driven and the window has one hour left: half of it would be the break.
        let schedule = hours.schedule([.drive(.hours(2))], from: Self.at("2026-03-03T01:00:00Z"))
        #expect(Self.words(schedule) == ["REST 600", "DRIVE 120"])
    }

    @Test func `an exception that the errands would void is not counted on`() throws {
        var log = DutyLog()
        _ = log.take(DutyEntry(id: "a", start: Self.at("2026-03-02T12:00:00Z"), status: .onDuty, exemption: .shortHaul16))
        let hours = DriverHours(driver: "d", ruleSet: "US_PROPERTY", terms: try AskingTests.terms(), log: log)
        let now = Self.at("2026-03-03T03:00:00Z")
        #expect(Self.words(hours.schedule([.drive(.minutes(50))], from: now)) == ["DRIVE 50"])
        let schedule = hours.schedule([.drive(.minutes(50)), .work(.hours(2))], from: now)
        #expect(Self.words(schedule) == ["REST 600", "DRIVE 50", "WORK 120"])
    }

    /// A thousand plans, or as many as `HOS_LOGS` says.
    @Test(arguments: AgainstMinutesTests.blocks) func `a plan breaks no rule, whatever went before`(block: UInt64) throws {
        for seed in block * 100..<block * 100 + 100 { try Self.check(seed) }
    }

    private static func check(_ seed: UInt64) throws {
        let past = RandomLog(seed)
        let hours = DriverHours(driver: "d", ruleSet: past.rules.name, terms: try #require(past.terms), log: past.log)
        var random = Seeded(seed &* 31 &+ 7)
        let now = past.time(past.asOf)
        var (errands, last) = ([Errand](), now)
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            switch Int.random(in: 0..<5, using: &random) {
            case 0: errands.append(.work(.minutes(Int64.random(in: 1...240, using: &random))))
            case 1:
                last = last.advanced(by: .minutes(Int64.random(in: 0...900, using: &random)))
                errands.append(.wait(until: last))
            default: errands.append(.drive(.minutes(Int64.random(in: 1...900, using: &random))))
            }
        }
        let schedule = hours.schedule(errands, from: now)
        let before = Set(hours.evaluated(at: now).violations.map(\.identity))
        let after = schedule.log(following: hours.log).evaluated(at: schedule.end, under: hours.terms).violations
        let more = after.filter { !before.contains($0.identity) || $0.until > now }
        if !more.isEmpty {
            Issue.record("seed \(seed): \(more.map(\.explanation))\n\(errands)\n\(Self.words(schedule))\n\(past)")
        }
        for (part, next) in zip(schedule.parts, schedule.parts.dropFirst()) where part.end != next.start || part.activity == next.activity {
            Issue.record("seed \(seed): \(part) and \(next)")
        }
        let (driven, wanted) = (
            schedule.total(.drive),
            errands.reduce(Int64(0)) { if case .drive(let span) = $1 { $0 + span.microseconds } else { $0 } }
        )
        #expect(driven.microseconds == wanted && schedule.parts.allSatisfy { $0.end > $0.start }, "seed \(seed)")
    }
}
