internal import Freight
internal import HoursOfService
internal import StreamCore
internal import Wire

/// Writes violations and warnings as events of their driver.
struct HoursNoticeEncoder: RecordEncoder {
    static let source = "linehaul/\(HOSViolations.name)"

    func key(of notice: HoursNotice) -> [UInt8]? { notice.driver.utf8 }

    func encode(_ notice: HoursNotice, at time: EventTime, key: [UInt8]?, into batch: inout BatchBuilder) {
        switch notice.what {
        case .violation(let reported): encode(reported, of: notice, at: time, key, &batch)
        case .warning(let clock, let left):
            let warning = HoursWarning(
                driverID: notice.driver, clock: clock.name, minutesLeft: left.minutes, at: notice.at,
                runsOutAt: notice.at.advanced(by: left),
                remaining: ClockMinutes(notice.clocks))
            envelope(notice, .driverHOSWarning, .warning, [clock.name, "\(left.microseconds)"])
                .append(to: &batch, at: time, key: key, HoursWarning.eventFields, of: warning)
        }
    }

    private func encode(
        _ reported: ReportedViolation, of notice: HoursNotice, at time: EventTime, _ key: [UInt8]?, _ batch: inout BatchBuilder
    ) {
        let violation = reported.violation
        let severity: Severity =
            reported.state == .retracted ? .info : violation.severity == .egregious ? .error : .warning
        let id = violation.id(of: notice.driver.description)
        let parts = [id, reported.state.name, violation.severity.name, "\(violation.at.microseconds)", "\(violation.until.microseconds)"]
        let said = HoursViolation(
            id: EntityID(id), driverID: notice.driver, type: violation.kind.name, rule: violation.rule, state: reported.state.name,
            severity: violation.severity.name, startedAt: violation.at, endedAt: violation.isOngoing ? nil : violation.until,
            limit: violation.limit.minutes, actual: violation.actual.minutes, remaining: ClockMinutes(notice.clocks),
            explanation: (reported.state == .retracted ? "Excused by a later rest or corrected. " : "") + violation.explanation,
            entries: violation.entries)
        envelope(notice, .driverHOSViolation, severity, parts)
            .append(to: &batch, at: time, key: key, HoursViolation.eventFields, of: said)
    }

    /// An envelope whose event id follows from what caused the event, so that it is the same after a crash.
    private func envelope(_ notice: HoursNotice, _ type: EventType, _ severity: Severity, _ parts: [String]) -> EventEnvelope {
        let cause = "\(type.rawValue) \(notice.driver) \(notice.cause) \(notice.at.microseconds) \(parts.joined(separator: " "))"
        return EventEnvelope(
            eventID: .version7(at: notice.at, Entropy(of: Array(cause.utf8))), type: type, timestamp: notice.at,
            source: HoursNoticeEncoder.source, entityType: .driver, entityID: notice.driver, severity: severity)
    }
}

/// Writes a violation as a system alert about its driver.
struct AlarmEncoder: RecordEncoder {
    func key(of alarm: ViolationAlarm) -> [UInt8]? { alarm.driver.utf8 }

    func encode(_ alarm: ViolationAlarm, at time: EventTime, key: [UInt8]?, into batch: inout BatchBuilder) {
        let violation = alarm.violation
        let id = violation.id(of: alarm.driver.description)
        let cause = "alarm \(id) \(violation.severity.name) \(alarm.at.microseconds) \(violation.until.microseconds)"
        var alert = SystemAlert(reason: "HOURS_OF_SERVICE", message: violation.explanation)
        alert.violationID = EntityID(id)
        alert.violationType = violation.kind.name
        alert.severityClass = violation.severity.name
        EventEnvelope(
            eventID: .version7(at: alarm.at, Entropy(of: Array(cause.utf8))), type: .systemAlert, timestamp: alarm.at,
            source: HoursNoticeEncoder.source, entityType: .driver, entityID: alarm.driver,
            severity: violation.severity == .egregious ? .error : .warning
        ).append(to: &batch, at: time, key: key, SystemAlert.eventFields, of: alert)
    }
}

extension ClockMinutes {
    /// What clocks have left, in whole minutes.
    init(_ clocks: Clocks) {
        self.init(
            drive: clocks.drive?.minutes, window: clocks.window?.minutes, rest: clocks.rest?.minutes, cycle: clocks.cycle?.minutes)
    }
}

/// Writes what is kept of a driver's hours: the record of `tms.entities.hours`, a tombstone for a driver who is gone.
struct HoursSnapshotEncoder: RecordEncoder {
    func key(of snapshot: HoursSnapshot) -> [UInt8]? { snapshot.driver.utf8 }

    func encode(_ snapshot: HoursSnapshot, at time: EventTime, key: [UInt8]?, into batch: inout BatchBuilder) {
        guard let hours = snapshot.hours, let found = snapshot.found else {
            return batch.append(Record(key: key, value: nil, time: time))
        }
        batch.append(key: key, time: time) { hours.write(found, into: &$0) }
    }
}
