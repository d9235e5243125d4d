internal import Freight
@testable internal import HOSViolations
internal import HoursOfService
internal import StreamCore
internal import StreamTesting
internal import Testing

/// What the job keeps, written and read again.
@Suite struct CodecTests {
    static func again<Value: Storable>(_ value: Value) throws -> Value {
        var writer = ByteWriter()
        value.store(into: &writer)
        return try ByteReader.read(writer.bytes) { reader throws(DecodeFailure) in
            let value = try Value(from: &reader, version: Value.storedVersion)
            guard reader.isAtEnd else { throw DecodeFailure("bytes are left") }
            return value
        }
    }

    static func entry(_ hour: Int64, _ status: DutyStatus?, id: String? = nil) -> DutyEntry {
        DutyEntry(
            id: id, start: EventTime(microseconds: hour * 3_600_000_000), status: status, special: .passengerSeat, exemption: .shortHaul16,
            revision: 3, offset: 77)
    }

    @Test func `a driver's state reads as it was written`() throws {
        let calendar = try #require(CarrierCalendar(timeZone: "America/Chicago", dayStart: 360))
        let terms = DutyTerms(rules: [.usProperty], cycle: .seventyInEight, calendar: calendar)
        var log = DutyLog()
        for hour in 0..<13 as Range<Int64> {
            _ = log.take(DutyEntry(start: EventTime(microseconds: hour * 3_600_000_000), status: .driving))
        }
        _ = log.take(Self.entry(14, .onDuty, id: "x"))
        _ = log.take(Self.entry(15, nil))
        var gone = Self.entry(16, .onDuty, id: "y")
        gone.isAnnulled = true
        _ = log.take(gone)
        let found = log.evaluated(at: EventTime(microseconds: 50 * 3_600_000_000), under: terms)
        #expect(!found.violations.isEmpty)
        var state = DriverState()
        state.log = log
        state.choice.cycle = "60/7"
        state.seen = found.asOf
        state.timer = found.asOf
        state.reported = found.violations.map { ReportedViolation($0) }
        state.warned = [1, 2, 3, 0]
        let read = try Self.again(state)
        #expect(read.log == state.log && read.choice == state.choice && read.seen == state.seen && read.timer == state.timer)
        #expect(read.reported == state.reported && read.warned == state.warned)
        #expect("\(read.json)" == "\(state.json)")
        var history = DriverHistory(beginningAt: log.base)
        history.log = log
        history.reported = state.reported
        let kept = try Self.again(history)
        #expect(kept.log == log && kept.reported == history.reported && kept.checkpoints == history.checkpoints)
    }

    @Test func `an input crosses a shuffle as it was`() throws {
        let change = TermsChange(ruleSet: .some("A"), cycle: .some(nil), timeZone: .none, dayStart: .some("06:00"))
        for what in [HoursInput.What.entry(Self.entry(3, .driving)), .terms(change), .deleted] {
            let input = HoursInput(driver: "d", time: EventTime(microseconds: 5), what: what)
            let read = try Self.again(input)
            #expect(read.driver == input.driver && read.time == input.time)
            switch (what, read.what) {
            case (.entry(let a), .entry(let b)): #expect(a == b)
            case (.terms(let a), .terms(let b)): #expect(a == b)
            case (.deleted, .deleted): break
            default: Issue.record("another form came back")
            }
        }
    }
}
