public import StreamCore
public import Wire

/// Something that a driver is to do, one after the other; where the rules ask for rest in between, a schedule puts it there.
public enum Errand: Hashable, Sendable {
    /// So much time at the wheel.
    case drive(EventTime.Span)
    /// So much other work: loading, an inspection.
    case work(EventTime.Span)
    /// Nothing before that instant: an appointment. Waiting is rest.
    case wait(until: EventTime)
}

/// Drives and rests from an instant on, such that hours of service find nothing wrong with them.
public struct DutySchedule: Hashable, Sendable {
    /// What a part of it is.
    public enum Activity: String, CaseIterable, Hashable, Sendable {
        case drive = "DRIVE"
        case work = "WORK"
        /// For an appointment.
        case wait = "WAIT"
        /// The interruption that is due after so much driving.
        case pause = "BREAK"
        /// A full rest, or waiting for the day that gives hours back.
        case rest = "REST"
        /// The rest that starts the cycle anew.
        case restart = "RESTART"

        /// What the duty log says meanwhile.
        public var status: DutyStatus {
            switch self {
            case .drive: .driving
            case .work: .onDuty
            case .wait, .pause, .restart: .offDuty
            case .rest: .sleeperBerth
            }
        }
    }

    /// One activity without a break.
    public struct Part: Hashable, Sendable {
        /// What it is.
        public let activity: Activity
        /// When it begins.
        public let start: EventTime
        /// When it ends.
        public internal(set) var end: EventTime

        /// How long it is.
        public var length: EventTime.Span { end.since(start) }
    }

    /// When it begins.
    public let start: EventTime
    /// What it consists of: parts that follow one another without a gap, none of them empty.
    public internal(set) var parts: [Part] = []

    init(from start: EventTime) { self.start = start }

    /// When the last errand is done.
    public var end: EventTime { parts.last?.end ?? start }

    /// How much of it is of one kind.
    public func total(_ activity: Activity) -> EventTime.Span {
        EventTime.Span(microseconds: parts.reduce(0) { $1.activity == activity ? $0 + $1.length.microseconds : $0 })
    }

    /// The log as it will be if the schedule is kept: what came after its beginning is gone.
    public func log(following past: DutyLog) -> DutyLog {
        var log = past
        log.entries.removeAll { $0.start > start }
        for (number, part) in parts.enumerated() {
            if let entry = part.entry(number, after: log) { _ = log.take(entry) }
        }
        return log
    }
}

extension DutySchedule.Part: JSONWritable {
    public func writeJSON(into out: inout ByteWriter) {
        JSONWriter.object(into: &out) { json in
            json.field("activity", activity.rawValue)
            json.field("start", start)
            json.field("end", end)
        }
    }
}

extension DutySchedule {
    /// The schedule as a route has it: `driver_id`, when it begins and ends, how much of it is driving, and its parts.
    public func json(of driver: String) -> JSON {
        .object([
            "driver_id": .string(driver), "start": .string(start.rfc3339), "end": .string(end.rfc3339),
            "drive_minutes": .integer(total(.drive).microseconds / 60_000_000),
            "parts": .array(
                parts.map { part in
                    .object([
                        "activity": .string(part.activity.rawValue), "start": .string(part.start.rfc3339), "end": .string(part.end.rfc3339),
                    ])
                }),
        ])
    }
}

extension DriverHours {
    /// The errands with the rests that the rules ask for, from an instant on; the end of it is an estimate of arrival. Nothing in it is a
    /// violation, and it makes none of what was driven before. Rests are full ones: that a rest could be split is made use of where the log
    /// has begun to, not planned. Costs an evaluation of the log since the last full rest for each part.
    public func schedule(_ errands: [Errand], from now: EventTime) -> DutySchedule {
        var past = log
        past.entries.removeAll { $0.start > now }
        var scheduler = Scheduler(past, terms, at: now)
        var best = scheduler.schedule(errands)
        if let rested = scheduler.schedule(afterResting: errands), rested.end < best.end { best = rested }
        guard past.entries.contains(where: { $0.exemption != nil }), breaks(best, past) else { return best }
        // An exception that holds only if the tour ends in time does not hold with these errands.
        for index in past.entries.indices { past.entries[index].exemption = nil }
        scheduler = Scheduler(past, terms, at: now)
        return scheduler.schedule(afterResting: errands) ?? scheduler.schedule(errands)
    }

    /// Whether a schedule would add violations to a log.
    private func breaks(_ schedule: DutySchedule, _ past: DutyLog) -> Bool {
        let known = Set(past.evaluated(at: schedule.start, under: terms).violations.map(\.identity))
        return schedule.log(following: past).evaluated(at: schedule.end, under: terms).violations.contains {
            !known.contains($0.identity) || $0.until > schedule.start
        }
    }
}

extension DutySchedule.Part {
    /// Its entry in the log that it follows; none for who rests on.
    func entry(_ number: Int, after log: DutyLog) -> DutyEntry? {
        number == 0 && activity.status.isRest && log.isResting(at: start) ? nil : DutyEntry(planned: number, activity.status, at: start)
    }
}

extension DutyEntry {
    /// An entry of a plan. Its key is behind every other of the same instant, so that it is the one which holds.
    init(planned number: Int, _ status: DutyStatus, at start: EventTime) {
        self.init(id: "~planned-\(number)", start: start, status: status)
    }
}

extension DutyStatus {
    /// Whether it is rest.
    var isRest: Bool { self == .offDuty || self == .sleeperBerth }
}
