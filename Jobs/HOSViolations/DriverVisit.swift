internal import Dataflow
internal import Freight
internal import HoursOfService
internal import KeyedState
internal import StreamCore

/// One driver while a record or a timer of theirs is dealt with.
struct DriverVisit {
    let driver: EntityID
    var state: DriverState
    private(set) var ruleSet: String
    private(set) var terms: DutyTerms
    private(set) var writesRules: Bool
    let policy: HoursPolicy
    /// The record that what follows goes back to, as its offset; −1 for the passing of time.
    var cause: Int64
    /// The timer that is set while this goes on.
    let timerBefore: EventTime?
    /// The history, where it had to be opened.
    private var history: DriverHistory?
    private var hasChanged = false
    private var last: Evaluation?

    init(
        driver: EntityID, state: DriverState, ruleSet: String, terms: DutyTerms, writesRules: Bool, policy: HoursPolicy, cause: Int64
    ) {
        self.driver = driver
        self.state = state
        self.ruleSet = ruleSet
        self.terms = terms
        self.writesRules = writesRules
        self.policy = policy
        self.cause = cause
        timerBefore = state.timer
    }

    /// Takes an entry into the log; one that reaches back before the last full rest opens the history.
    mutating func take(_ entry: DutyEntry, _ histories: ValueState<EntityID, DriverHistory>) throws(StageFailure) {
        let known = try known(histories)
        // The first entry is what ends the full rest before it: another word on it reaches back too.
        if let known, entry.start <= state.log.base.at || state.log.entries.first?.key == entry.key || known.log.knows(entry.key) {
            rejoin(known)
        }
        if case .from = state.log.take(entry) { hasChanged = true }
    }

    /// The terms are others from now on: the whole log is gone through under them.
    mutating func retire(
        under new: (name: String, terms: DutyTerms), writesRules: Bool, _ histories: ValueState<EntityID, DriverHistory>
    ) throws(StageFailure) {
        (ruleSet, terms) = new
        self.writesRules = writesRules
        hasChanged = true
        if let known = try known(histories) { rejoin(known) }
    }

    private func known(_ histories: ValueState<EntityID, DriverHistory>) throws(StageFailure) -> DriverHistory? {
        if let history { return history }
        return try histories.value(for: driver)
    }

    /// Puts the history back before the recent log.
    private mutating func rejoin(_ known: DriverHistory) {
        state.log = known.log.followed(by: state.log)
        state.reported = known.reported + state.reported
        history = DriverHistory(beginningAt: known.log.base)
    }

    /// Evaluates the log at `now` and says what is new; sets the timer for what comes next.
    mutating func step(to now: EventTime, into out: inout Output<HoursSaying>) {
        let found = state.log.evaluated(at: now, under: terms)
        state.seen = max(state.seen, now)
        for news in ReportedViolation.differences(&state.reported, found.violations) { say(news, found, into: &out) }
        warn(found, into: &out)
        state.timer = [found.nextChange, found.nextMark(policy.marks)].compactMap { $0 }.min()
        last = found
    }

    private mutating func say(_ news: ReportedViolation, _ found: Evaluation, into out: inout Output<HoursSaying>) {
        hasChanged = true
        let at = found.known
        out.emit(.notice(HoursNotice(driver: driver, at: at, what: .violation(news), clocks: found.clocks, cause: cause)), at: at)
        if news.state == .provisional { out.emit(.alarm(ViolationAlarm(driver: driver, at: at, violation: news.violation)), at: at) }
    }

    private mutating func warn(_ found: Evaluation, into out: inout Output<HoursSaying>) {
        for kind in ClockKind.allCases {
            guard let left = found.clocks[kind] else { continue }
            let level = policy.level(left)
            let before = state.warned[Int(kind.rawValue)]
            if level < before { state.warned[Int(kind.rawValue)] = level }
            guard level > before, found.runs(kind), left > .zero else { continue }
            state.warned[Int(kind.rawValue)] = level
            let notice = HoursNotice(driver: driver, at: found.asOf, what: .warning(kind, left: left), clocks: found.clocks, cause: cause)
            out.emit(.notice(notice), at: found.asOf)
        }
    }

    /// Ends the visit: cuts the log where a full rest has ended since, and hands out what is kept of the driver's hours.
    mutating func settle(_ histories: ValueState<EntityID, DriverHistory>, into out: inout Output<HoursSaying>) throws(StageFailure) {
        guard let last else { return }
        if let checkpoint = last.checkpoints.last, checkpoint.at > state.log.base.at {
            var known = try known(histories) ?? DriverHistory(beginningAt: state.log.base)
            for earlier in last.checkpoints { known.take(upTo: earlier, from: &state) }
            known.forget(before: last.asOf.advanced(by: -policy.keep))
            history = known
        }
        if let history { try histories.set(history, for: driver) }
        guard hasChanged else { return }
        let settled = try known(histories)?.settled(of: driver) ?? []
        let hours = DriverHours(
            driver: driver.description, ruleSet: ruleSet, terms: terms, log: state.log, settled: settled, writesRules: writesRules)
        out.emit(.snapshot(HoursSnapshot(driver: driver, hours: hours, found: last)), at: last.asOf)
    }

    /// What is kept of the driver's hours, evaluated at `asOf`, which may lie before what has been seen.
    func snapshot(at asOf: EventTime, _ histories: ValueState<EntityID, DriverHistory>) throws(StageFailure) -> HoursSnapshot {
        let known = try histories.value(for: driver)
        let isEarlier = asOf <= state.log.base.at
        let log = isEarlier ? (known?.log.followed(by: state.log) ?? state.log) : state.log
        let hours = DriverHours(
            driver: driver.description, ruleSet: ruleSet, terms: terms, log: log,
            settled: isEarlier ? [] : known?.settled(of: driver) ?? [], writesRules: writesRules)
        return HoursSnapshot(driver: driver, hours: hours, found: hours.evaluated(at: asOf))
    }
}

extension DriverHistory {
    /// The violations in it that hold, as `GET hos` shows them.
    func settled(of driver: EntityID) -> [ShownViolation] {
        if reported.isEmpty { return [] }
        let name = driver.description
        return reported.filter { $0.state != .retracted }.map { ShownViolation($0.violation, of: name) }
    }
}
