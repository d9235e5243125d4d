internal import StreamCore

/// The cycle (395.3(b), 395.5(b)): no driving once the duty of so many of the carrier's days has reached so many hours. Other work is
/// legal, and the oldest day drops out when the next begins.
extension Evaluator {
    mutating func judgeCycle(_ tour: Tour, _ isConfirmed: Bool) {
        let kind: Violation.Kind = terms.cycle.hours <= 60 ? .cycle60 : .cycle70
        let limit = terms.cycle.limit
        var stretchStart = tour.first
        var ordinal = 0
        /// The violation that still lasts, by its index.
        var open: Int?
        for index in tour.first..<tour.end {
            let segment = segments[index]
            if segment.kind != .driving { open = nil }
            if !segment.kind.isDuty { continue }
            if segment.kind == .driving, index == tour.first || segments[index - 1].kind != .driving {
                (stretchStart, ordinal) = (index, 0)
            }
            var from = segment.start
            while from < segment.end {
                let day = cycle.day(from)
                let until = min(segment.end, day.end)
                let before = cycle.total(day.day)
                let total = before + (until - from)
                if segment.kind == .driving {
                    if total > limit {
                        let at = from + max(0, limit - before)
                        if let last = open, at == from {
                            result.violations[last].until = EventTime(until)
                            result.violations[last].actual = max(result.violations[last].actual, .init(microseconds: total))
                        } else {
                            let since = terms.calendar.start(of: day.day - terms.cycle.days + 1)
                            open = result.violations.count
                            result.violations.append(
                                Violation(
                                    identity: .init(kind: kind, anchor: anchor(stretchStart..<index + 1), ordinal: ordinal),
                                    paragraph: tour.rules.paragraph(kind), at: EventTime(at), until: EventTime(until), isOngoing: false,
                                    limit: .init(microseconds: limit), actual: .init(microseconds: total), since: EventTime(since),
                                    excluded: .zero, isConfirmed: isConfirmed, entries: keys(stretchStart...index)))
                            ordinal += 1
                        }
                    } else {
                        open = nil
                    }
                }
                cycle.add(until - from, on: day.day)
                from = until
            }
        }
        if let open, result.isDriving, segments.last?.kind == .driving, tour.end == segments.count {
            result.violations[open].isOngoing = true
        }
    }

    /// What the coming days give back, for as many days as the cycle has.
    static func recap(_ duty: [DayDuty], _ terms: DutyTerms, asOf: EventTime) -> [Recap] {
        let today = terms.calendar.day(asOf.microseconds)
        return (1..<max(2, terms.cycle.days)).map { ahead in
            let dropped = today + ahead - terms.cycle.days
            let regained = duty.reduce(Micros(0)) { $1.day == dropped ? $0 + $1.micros : $0 }
            return Recap(
                date: terms.calendar.date(of: today + ahead), at: EventTime(terms.calendar.start(of: today + ahead)),
                regained: .init(microseconds: regained))
        }
    }
}

extension Evaluation {
    /// What the coming days give back to the cycle, for as many days as it has.
    public func recap(under terms: DutyTerms) -> [Recap] { Evaluator.recap(duty, terms, asOf: asOf) }
}
