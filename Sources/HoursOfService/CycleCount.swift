internal import StreamCore

/// Duty time by the carrier's days, as far as it counts for the cycle.
struct CycleCount {
    private let terms: DutyTerms
    /// Days with duty, in order.
    private(set) var days: [DayDuty]
    /// The day that the last duty lay in, and when the next begins.
    private var known: (day: Int, start: Micros, end: Micros)?

    init(_ days: [DayDuty], _ terms: DutyTerms) {
        self.days = days
        self.terms = terms
    }

    /// A rest of that length has been had: says whether it starts the cycle anew.
    mutating func rested(_ length: Micros, _ rules: RuleSet) -> Bool {
        guard let restart = rules.restart?.microseconds, length >= restart else { return false }
        days.removeAll(keepingCapacity: true)
        return true
    }

    /// The duty that counts in the cycle whose last day is `day`.
    func total(_ day: Int) -> Micros {
        var sum: Micros = 0
        for at in days.indices.reversed() {
            if days[at].day <= day - terms.cycle.days { break }
            if days[at].day <= day { sum += days[at].micros }
        }
        return sum
    }

    /// The day that an instant lies in, and where it ends.
    mutating func day(_ instant: Micros) -> (day: Int, start: Micros, end: Micros) {
        if let known, known.start <= instant, instant < known.end { return known }
        let day = terms.calendar.day(instant)
        let found = (day, terms.calendar.start(of: day), terms.calendar.start(of: day + 1))
        known = found
        return found
    }

    /// Counts duty that lies within one day.
    mutating func add(_ micros: Micros, on day: Int) {
        if let last = days.last, last.day == day {
            days[days.count - 1].micros += micros
            return
        }
        days.append(DayDuty(day: day, micros: micros))
        if days.count > terms.cycle.days + 1 { days.removeAll { $0.day <= day - terms.cycle.days } }
    }
}
