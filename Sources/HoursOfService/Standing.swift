internal import StreamCore

/// What the clocks show, below nothing where a limit has been passed; `nil` where there is no such rule.
struct Left {
    var drive: Micros?
    var window: Micros?
    var rest: Micros?
    var cycle: Micros?
    var isWithoutBreak = false

    var clocks: Clocks {
        func shown(_ micros: Micros?) -> EventTime.Span? { micros.map { EventTime.Span(microseconds: Swift.max(0, $0)) } }
        return Clocks(drive: shown(drive), window: shown(window), rest: shown(rest), cycle: shown(cycle))
    }
}

/// Where the driver stands at the instant of the evaluation, and when that next changes by itself.
extension Evaluator {
    mutating func finish(_ tour: Tour?) {
        let rules = tour?.rules ?? terms.rules(at: asOf)
        if tour == nil {
            left.drive = rules.drivingLimit?.microseconds
            left.window = rules.windowLimit?.microseconds
        }
        left.rest = rules.breakAfter.map { $0.microseconds - (tour == nil ? 0 : drivenSinceBreak.micros) }
        if left.isWithoutBreak { left.rest = nil }
        let day = cycle.day(asOf)
        left.cycle = terms.cycle.limit - cycle.total(day.day)
        result.duty = cycle.days
        result.clocks = left.clocks
        guard let present, let kind = present.kind else { return }
        result.nextChange = next(kind, present.start.microseconds, tour, dayEnd: day.end).map { EventTime($0) }
    }

    private func next(_ kind: Segment.Kind, _ since: Micros, _ tour: Tour?, dayEnd: Micros) -> Micros? {
        var instants: [Micros] = []
        if kind == .driving {
            // Once every day of the cycle is driven through, another one changes nothing.
            if dayEnd - since <= Micros(terms.cycle.days + 2) * .day { instants.append(dayEnd) }
            for left in [left.drive, left.window, left.rest, left.cycle] {
                guard let left else { continue }
                // A violation needs driving beyond the limit, so it shows one step of time behind it.
                instants.append(asOf + left + 1)
                instants.append(asOf + left + Violation.Severity.violationFrom)
                instants.append(asOf + left + Violation.Severity.egregiousAbove + 1)
            }
        }
        if kind.isDuty, let tour, let window = tour.rules.extendedWindow?.microseconds,
            tour.claims.contains(where: { $0.exemption == .shortHaul16 }) || log.claimsExtendedWindow(from: tour.start)
        {
            instants.append(tour.start + window + 1)
        }
        if kind.isRest, let tour, result.violations.contains(where: { !$0.isConfirmed }) { restInstants(tour, kind, since, &instants) }
        return instants.lazy.filter { $0 > asOf }.min()
    }

    /// When a rest that goes on becomes a full one, or half of a split.
    private func restInstants(_ tour: Tour, _ kind: Segment.Kind, _ since: Micros, _ instants: inout [Micros]) {
        let rest = segments.last.flatMap { $0.kind.isRest ? self.trailingRest() : nil }
        let start = rest?.start ?? since
        instants.append(start + tour.rules.fullRest.microseconds)
        guard let split = tour.rules.split else { return }
        instants.append(start + split.each.microseconds)
        for earlier in tour.rests where earlier.start < start { instants.append(start + split.total.microseconds - earlier.counted(split)) }
        if kind == .berth {
            let berth = segments.lastIndex { $0.kind != .berth }.map { segments[$0].end } ?? start
            instants.append(berth + split.berth.microseconds)
            instants.append(berth + split.each.microseconds)
            instants.append(berth + tour.rules.seatBerth.microseconds)
            for earlier in tour.rests where earlier.start < start {
                instants.append(berth + split.total.microseconds - earlier.counted(split))
            }
        }
    }

    private func trailingRest() -> (start: Micros, end: Micros)? {
        let first = segments.lastIndex { !$0.kind.isRest }.map { $0 + 1 } ?? 0
        guard first < segments.count else { return nil }
        return (segments[first].start, segments[segments.count - 1].end)
    }
}

extension DutyLog {
    /// The entry that holds at an instant; one that begins there does.
    func present(at instant: EventTime) -> DutyEntry? {
        var index = entries.count
        while index > 0 {
            index -= 1
            if entries[index].start <= instant, entries[index].status != nil { return entries[index] }
        }
        return nil
    }

    func claimsExtendedWindow(from start: Micros) -> Bool {
        entries[first(from: EventTime(start))...].contains { $0.exemption == .shortHaul16 }
    }
}
