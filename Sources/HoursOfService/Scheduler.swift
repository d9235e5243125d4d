internal import StreamCore

/// Puts errands and the rests between them in a row: drives as long as the clocks allow, and then rests as long as the clock that stands
/// at nothing asks for.
struct Scheduler {
    private let terms: DutyTerms
    private let beginning: DutyLog
    private let start: EventTime
    private var log: DutyLog
    private var now: EventTime
    private var schedule: DutySchedule

    /// Nobody takes the wheel for less than this, nor interrupts a day for what is left of it, unless that is enough to be there.
    private static let worthwhile = EventTime.Span.hours(1)

    /// A plan after what a log has, which must have nothing later than `now`.
    init(_ log: DutyLog, _ terms: DutyTerms, at now: EventTime) {
        (beginning, self.terms, start) = (log, terms, now)
        (self.log, self.now, schedule) = (log, now, DutySchedule(from: now))
    }

    /// The errands from now on.
    mutating func schedule(_ errands: [Errand]) -> DutySchedule {
        begin()
        return run(errands)
    }

    /// The errands after the rest that the driver is in has become a full one, or after one where he is at work; `nil` where that is no
    /// other plan.
    mutating func schedule(afterResting errands: [Errand]) -> DutySchedule? {
        begin()
        let end = restingSince.advanced(by: rules.fullRest)
        guard end > now else { return nil }
        rest(until: end, .rest)
        return run(errands)
    }

    private mutating func begin() { (log, now, schedule) = (beginning, start, DutySchedule(from: start)) }

    private mutating func run(_ errands: [Errand]) -> DutySchedule {
        for errand in errands {
            switch errand {
            case .drive(let span): drive(span)
            case .work(let span): add(.work, until: now.advanced(by: span))
            case .wait(let until): rest(until: until, .wait)
            }
        }
        return schedule
    }

    private mutating func drive(_ span: EventTime.Span) {
        var left = span
        while left > .zero {
            let found = log.evaluated(at: now, under: terms)
            if let checkpoint = found.checkpoints.last { log.fold(into: checkpoint) }
            let free = found.clocks.drivable
            if free > .zero, free >= left || free >= Scheduler.worthwhile || found.isDriving {
                let length = min(free, left)
                add(.drive, until: now.advanced(by: length))
                left = left - length
            } else {
                stop(for: left, found)
            }
        }
    }

    /// Rests until the clocks allow something worth driving.
    private mutating func stop(for left: EventTime.Span, _ found: Evaluation) {
        let clocks = found.clocks
        let wanted = min(left, Scheduler.worthwhile)
        if let cycle = clocks.cycle, cycle < wanted { return renewCycle(for: left) }
        let pause = max(.zero, notDrivingSince.advanced(by: rules.breakLength).since(now))
        let behindIt = min(clocks.drive ?? left, clocks.window.map { rules.windowKind == .elapsed ? $0 - pause : $0 } ?? left)
        if pause > .zero, behindIt >= wanted, let untilBreak = clocks.rest, untilBreak < wanted {
            return rest(until: now.advanced(by: pause), .pause)
        }
        let end = restingSince.advanced(by: rules.fullRest)
        // A rest that long has just ended a tour; what is short then is no clock of the tour's.
        rest(until: end > now ? end : now.advanced(by: rules.fullRest), .rest)
    }

    /// Rests until the cycle has begun anew, or until the day that gives enough of it back, whichever is first.
    private mutating func renewCycle(for left: EventTime.Span) {
        let limit = EventTime.Span(microseconds: terms.cycle.limit)
        let wanted = min(left, min(rules.drivingLimit ?? .hours(11), limit))
        var resting = log
        if !resting.isResting(at: now) { _ = resting.take(DutyEntry(planned: schedule.parts.count, .offDuty, at: now)) }
        var day = terms.calendar.day(now.microseconds)
        var back = now
        repeat {
            day += 1
            back = EventTime(terms.calendar.start(of: day))
        } while (resting.evaluated(at: back, under: terms).clocks.cycle ?? wanted) < wanted
            && day <= terms.calendar.day(now.microseconds) + terms.cycle.days
        if let restart = rules.restart.map({ restingSince.advanced(by: $0) }), restart > now, restart <= back {
            rest(until: restart, .restart)
        } else {
            rest(until: back, .rest)
        }
    }

    private mutating func rest(until end: EventTime, _ activity: DutySchedule.Activity) { add(activity, until: end) }

    private mutating func add(_ activity: DutySchedule.Activity, until end: EventTime) {
        guard end > now else { return }
        if let last = schedule.parts.indices.last, schedule.parts[last].activity == activity {
            schedule.parts[last].end = end
        } else {
            let part = DutySchedule.Part(activity: activity, start: now, end: end)
            if let entry = part.entry(schedule.parts.count, after: log) { _ = log.take(entry) }
            schedule.parts.append(part)
        }
        now = end
    }

    private var rules: RuleSet { terms.rules(at: now.microseconds) }

    /// Since when the driver has rested without a break; now, where he does not.
    private var restingSince: EventTime { log.since(now) { $0.isRest } }

    /// Since when the driver has not driven; now, where he does.
    private var notDrivingSince: EventTime { log.since(now) { $0 != .driving } }
}

extension DutyLog {
    /// Whether the driver rests at an instant; one who has logged nothing does.
    func isResting(at instant: EventTime) -> Bool { (present(at: instant)?.kind ?? .off).isRest }

    /// Since when what the driver does has been of some kinds without a break; `now`, where it is not.
    func since(_ now: EventTime, _ isOne: (Segment.Kind) -> Bool) -> EventTime {
        var since = now
        var hasBegun = false
        for entry in entries.reversed() where entry.start <= now {
            guard let kind = entry.kind else { continue }
            hasBegun = true
            guard isOne(kind) else { return since }
            since = entry.start
        }
        return hasBegun || base.at > .distantPast ? since : .distantPast
    }
}

extension EventTime.Span {
    static func - (a: EventTime.Span, b: EventTime.Span) -> EventTime.Span {
        EventTime.Span(microseconds: a.microseconds - b.microseconds)
    }
}
