internal import Freight
internal import HoursOfService
internal import StreamCore

/// What a record of `duty` says about a driver's hours.
struct HoursInput: Storable {
    enum What: Sendable {
        /// An entry of the duty log, a correction or an annulment. Its offset is not set yet.
        case entry(DutyEntry)
        /// Terms of the driver's own: each `nil` where the record leaves it out, and `nil` inside where it takes it away.
        case terms(TermsChange)
        /// The driver is gone.
        case deleted
        /// Another event of the driver's: nothing but that time has come so far.
        case passing
    }

    static let storedVersion: UInt8 = 2
    static let oldestVersion: UInt8 = 1

    let driver: EntityID
    let time: EventTime
    let what: What

    init(driver: EntityID, time: EventTime, what: What) {
        self.driver = driver
        self.time = time
        self.what = what
    }

    func store(into writer: inout ByteWriter) {
        driver.store(into: &writer)
        time.store(into: &writer)
        switch what {
        case .entry(let entry):
            writer.byte(0)
            entry.store(into: &writer)
        case .terms(let change):
            writer.byte(1)
            for part in change.parts {
                writer.byte(part == nil ? 0 : 1)
                if let part { part.store(into: &writer) }
            }
            change.carrier.store(into: &writer)
        case .deleted: writer.byte(2)
        case .passing: writer.byte(3)
        }
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        driver = try EntityID(from: &reader, version: 1)
        time = try EventTime(from: &reader, version: 1)
        switch try reader.byte() {
        case 0: what = .entry(try DutyEntry(from: &reader, version: 1))
        case 1:
            var parts: [String??] = []
            for _ in 0..<4 { parts.append(try reader.byte() == 0 ? .none : .some(try String?(from: &reader, version: 1))) }
            var change = TermsChange(ruleSet: parts[0], cycle: parts[1], timeZone: parts[2], dayStart: parts[3])
            if version > 1 { change.carrier = try EntityID?(from: &reader, version: 1) }
            what = .terms(change)
        case 2: what = .deleted
        case 3: what = .passing
        case let form: throw DecodeFailure("an hours input of form \(form)")
        }
    }

    var json: JSON { .object(["driver": driver.json, "time": time.json]) }
}

/// Which of a driver's own terms a record changes.
struct TermsChange: Hashable, Sendable {
    var ruleSet: String??
    var cycle: String??
    var timeZone: String??
    var dayStart: String??
    /// Whom the driver works for, where the record says so.
    var carrier: EntityID?

    var parts: [String??] { [ruleSet, cycle, timeZone, dayStart] }
    var isEmpty: Bool { carrier == nil && parts.allSatisfy { $0 == nil } }

    func applied(to choice: TermsChoice) -> TermsChoice {
        var choice = choice
        if let ruleSet { choice.ruleSet = ruleSet?.uppercased() }
        if let cycle { choice.cycle = cycle }
        if let timeZone { choice.timeZone = timeZone }
        if let dayStart { choice.dayStart = dayStart }
        return choice
    }
}
