public import StreamCore

/// A duty log held against the rules at one instant: what is known then and not what came after.
public struct Evaluation: Sendable {
    /// The instant.
    public let asOf: EventTime
    /// The status at that instant; `nil` where the log has not begun.
    public internal(set) var status: DutyStatus?
    /// Since when.
    public internal(set) var since: EventTime?
    /// Violations, by their beginning and then by rule.
    public internal(set) var violations: [Violation] = []
    /// What is left.
    public internal(set) var clocks: Clocks
    /// The next instant at which, if the status stays as it is, a violation begins, changes its class or may be excused, or a day begins
    /// that changes the cycle; `nil` for none.
    public internal(set) var nextChange: EventTime?
    /// Whether the clocks run towards their limits: drive and break while driving, window and cycle also on other duty.
    public internal(set) var isDriving = false
    /// Whether the driver is on duty, driving or not.
    public internal(set) var isOnDuty = false
    /// Where full rests have ended, latest last: where the log may be folded.
    public internal(set) var checkpoints: [Checkpoint] = []
    /// Duty by the carrier's days, as far as it counts for the cycle.
    var duty: [DayDuty] = []

    /// When what it found is known: its instant, or the one before, where that instant is only the first step of time beyond a limit.
    public var known: EventTime {
        let isFirstStep = violations.contains { violation in
            let over = violation.actual.microseconds - violation.limit.microseconds
            return violation.isOngoing && (over == 1 || over == Violation.Severity.egregiousAbove + 1)
        }
        return isFirstStep ? asOf.advanced(by: .init(microseconds: -1)) : asOf
    }

    /// The clocks that show `minutes` or less but more than nothing, while they run.
    public func warnings(within minutes: Int) -> [(clock: ClockKind, left: EventTime.Span)] {
        ClockKind.allCases.compactMap { kind in
            guard runs(kind), let left = clocks[kind], left > .zero, left <= .minutes(Int64(minutes)) else { return nil }
            return (kind, left)
        }
    }

    /// The next instant at which, if the status stays as it is, a clock that runs shows one of `marks`; `nil` for none.
    public func nextMark(_ marks: [EventTime.Span]) -> EventTime? {
        var next: EventTime?
        for kind in ClockKind.allCases where runs(kind) {
            guard let left = clocks[kind] else { continue }
            for mark in marks where mark < left {
                let instant = asOf.advanced(by: .init(microseconds: left.microseconds - mark.microseconds))
                next = min(next ?? instant, instant)
            }
        }
        return next
    }

    /// Whether that clock runs down in the present status.
    public func runs(_ kind: ClockKind) -> Bool {
        switch kind {
        case .drive, .rest: isDriving
        case .window, .cycle: isOnDuty
        }
    }
}

/// What a driver is held to: a set of rules, a cycle and the carrier's days.
public struct DutyTerms: Hashable, Sendable {
    /// The rules by the date from which they hold, earliest first; a tour of duty is held to those in force when it begins.
    public let rules: [RuleSet]
    /// The cycle.
    public let cycle: Cycle
    /// The carrier's days.
    public let calendar: CarrierCalendar

    /// Terms of those parts. `rules` has at least one version.
    public init(rules: [RuleSet], cycle: Cycle, calendar: CarrierCalendar) {
        precondition(!rules.isEmpty, "terms without rules")
        self.rules = rules.sorted { $0.effectiveFrom < $1.effectiveFrom }
        self.cycle = cycle
        self.calendar = calendar
    }

    /// The rules for what begins at an instant.
    func rules(at instant: Micros) -> RuleSet {
        rules.count == 1 ? rules[0] : rules.last { $0.effectiveFrom.microseconds <= instant } ?? rules[0]
    }
}

extension DutyLog {
    /// Holds the log against the terms at `asOf`, from `checkpoint` (or the base) on: violations that began before it are not looked for.
    public func evaluated(at asOf: EventTime, under terms: DutyTerms, from checkpoint: Checkpoint? = nil) -> Evaluation {
        var evaluator = Evaluator(log: self, terms: terms, asOf: asOf, from: checkpoint ?? base)
        return evaluator.run()
    }
}
