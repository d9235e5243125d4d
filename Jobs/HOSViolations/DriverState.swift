internal import Freight
internal import HoursOfService
internal import StreamCore

/// A driver since the last full rest: what changes with every entry, and is small.
struct DriverState: Storable {
    static let storedVersion: UInt8 = 2
    static let oldestVersion: UInt8 = 1

    /// Terms of the driver's own.
    var choice = TermsChoice()
    /// Whom the driver works for, where that has been said.
    var carrier: EntityID?
    /// What the log was last evaluated under: the driver's own terms, completed by the carrier's.
    var complete = TermsChoice()
    /// The log since the last full rest.
    var log = DutyLog()
    /// The latest instant at which the log was evaluated.
    var seen = EventTime.distantPast
    /// The timer that is set.
    var timer: EventTime?
    /// What has been said of violations since the last full rest.
    var reported: [ReportedViolation] = []
    /// For each clock, the mark that was warned of last: how many marks it had come to.
    var warned: [UInt8] = [0, 0, 0, 0]

    init() {}

    func store(into writer: inout ByteWriter) {
        choice.store(into: &writer)
        log.store(into: &writer)
        seen.store(into: &writer)
        timer.store(into: &writer)
        reported.store(into: &writer)
        for level in warned { writer.byte(level) }
        carrier.store(into: &writer)
        complete.store(into: &writer)
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        choice = try TermsChoice(from: &reader, version: 1)
        log = try DutyLog(from: &reader, version: 1)
        seen = try EventTime(from: &reader, version: 1)
        timer = try EventTime?(from: &reader, version: 1)
        reported = try [ReportedViolation](from: &reader, version: 1)
        for clock in warned.indices { warned[clock] = try reader.byte() }
        complete = choice
        if version < 2 { return }
        carrier = try EntityID?(from: &reader, version: 1)
        complete = try TermsChoice(from: &reader, version: 1)
    }

    var json: JSON {
        .object([
            "terms": choice.json, "carrier_id": carrier.json, "log": log.json, "seen": seen.json, "timer": timer.json,
            "violations": reported.json,
        ])
    }
}

/// A driver before the last full rest, as far as entries can still be corrected: changes once a tour of duty.
struct DriverHistory: Storable {
    /// The log up to the last full rest.
    var log: DutyLog
    /// The ends of full rests in it, earliest first.
    var checkpoints: [Checkpoint] = []
    /// What has been said of violations in it.
    var reported: [ReportedViolation] = []

    init(beginningAt base: Checkpoint) { log = DutyLog(beginningAt: base) }

    func store(into writer: inout ByteWriter) {
        log.store(into: &writer)
        checkpoints.store(into: &writer)
        reported.store(into: &writer)
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        log = try DutyLog(from: &reader, version: 1)
        checkpoints = try [Checkpoint](from: &reader, version: 1)
        reported = try [ReportedViolation](from: &reader, version: 1)
    }

    var json: JSON { .object(["log": log.json, "checkpoints": checkpoints.json, "violations": reported.json]) }

    /// Takes what lies between its end and `checkpoint` out of a driver's recent log.
    mutating func take(upTo checkpoint: Checkpoint, from state: inout DriverState) {
        let earlier = state.log.split(at: checkpoint)
        log = log.followed(by: earlier)
        reported += state.reported.filter { $0.violation.at < checkpoint.at }
        state.reported.removeAll { $0.violation.at < checkpoint.at }
        checkpoints.append(checkpoint)
    }

    /// Forgets what lies before the last full rest that ended at or before `instant`.
    mutating func forget(before instant: EventTime) {
        guard let last = checkpoints.last(where: { $0.at <= instant }) else { return }
        log.fold(into: last)
        checkpoints.removeAll { $0.at <= last.at }
        reported.removeAll { $0.violation.at < last.at }
    }
}
