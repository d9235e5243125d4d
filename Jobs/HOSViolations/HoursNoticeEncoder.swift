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
            envelope(notice, .driverHOSWarning, .warning, [clock.name, "\(left.microseconds)"]).append(to: &batch, at: time, key: key) {
                json in
                json.field("driver_id", notice.driver)
                json.field("clock", clock.name)
                json.field("minutes_left", left.minutes)
                json.field("at", notice.at)
                json.field("runs_out_at", notice.at.advanced(by: left))
                json.object("remaining") { notice.clocks.write(into: &$0) }
            }
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
        envelope(notice, .driverHOSViolation, severity, parts).append(to: &batch, at: time, key: key) { json in
            json.field("violation_id", id)
            json.field("driver_id", notice.driver)
            json.field("violation_type", violation.kind.name)
            json.field("rule", violation.rule)
            json.field("state", reported.state.name)
            json.field("severity_class", violation.severity.name)
            json.field("started_at", violation.at)
            if !violation.isOngoing { json.field("ended_at", violation.until) }
            json.field("limit_min", violation.limit.minutes)
            json.field("actual_min", violation.actual.minutes)
            json.object("remaining") { notice.clocks.write(into: &$0) }
            json.field(
                "explanation", (reported.state == .retracted ? "Excused by a later rest or corrected. " : "") + violation.explanation)
            json.array("entries", of: violation.entries)
        }
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
        EventEnvelope(
            eventID: .version7(at: alarm.at, Entropy(of: Array(cause.utf8))), type: .systemAlert, timestamp: alarm.at,
            source: HoursNoticeEncoder.source, entityType: .driver, entityID: alarm.driver,
            severity: violation.severity == .egregious ? .error : .warning
        ).append(to: &batch, at: time, key: key) { json in
            json.field("reason", "HOURS_OF_SERVICE")
            json.field("violation_id", id)
            json.field("violation_type", violation.kind.name)
            json.field("severity_class", violation.severity.name)
            json.field("message", violation.explanation)
        }
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
