internal import Dataflow
internal import Freight
internal import HoursOfService
internal import KeyedState
internal import StreamCore

/// Keeps each driver's log and says what follows from every change of it, and from the passing of time.
struct HoursProcess: BroadcastProcess {
    private let policy: HoursPolicy
    private let drivers: ValueState<EntityID, DriverState>
    private let histories: ValueState<EntityID, DriverHistory>
    let timers: TimerState<EntityID>?
    private var catalog = RuleCatalog()
    /// What carriers give their drivers.
    private var carriers: [EntityID: TermsChoice] = [:]
    /// The terms of drivers with none of their own.
    private var usual: (name: String, terms: DutyTerms)?
    /// The drivers met since the start: those that a bounded input owes a last word.
    private var met: Set<EntityID> = []

    init(_ policy: HoursPolicy, in scope: StateScope) {
        self.policy = policy
        drivers = scope.value("drivers")
        histories = scope.value("histories")
        timers = scope.timers("timers")
    }

    mutating func broadcast(_ reference: HoursReference, at time: EventTime) {
        switch reference {
        case .rules(let rules):
            catalog.take(rules)
            usual = nil
        case .carrier(let carrier, let terms): carriers[carrier] = terms
        }
    }

    mutating func process(
        _ input: HoursInput, of driver: EntityID, at time: EventTime, into out: inout Output<HoursSaying>
    ) throws(StageFailure) {
        if case .passing = input.what { return }
        if case .terms(let change) = input.what, try isNoNews(change, of: driver) { return }
        met.insert(driver)
        let state = try take(driver) ?? DriverState()
        if case .deleted = input.what {
            if let timer = state.timer { timers?.cancel(Timer(driver, at: timer)) }
            try drivers.set(nil, for: driver)
            try histories.set(nil, for: driver)
            met.remove(driver)
            return out.emit(.snapshot(HoursSnapshot(driver: driver, hours: nil, found: nil)), at: time)
        }
        var visit = try visit(driver, consume state, -1)
        // What time alone had brought about before this record comes first, whether or not the watermark has got there.
        while let due = visit.state.timer, due < time { visit.step(to: due, into: &out) }
        visit.cause = out.origin.offset
        switch input.what {
        case .entry(var entry):
            entry.offset = out.origin.offset
            try visit.take(entry, histories)
        case .terms(let change):
            visit.state.choice = change.applied(to: visit.state.choice)
            visit.state.carrier = change.carrier ?? visit.state.carrier
            try renew(&visit)
        case .deleted, .passing: break
        }
        var now = max(visit.state.seen, time)
        if out.moment.watermark < .distantFuture { now = max(now, out.moment.watermark) }
        visit.step(to: now, into: &out)
        try visit.settle(histories, into: &out)
        try keep(visit.state, of: driver, was: visit.timerBefore)
    }

    mutating func timerFired(_ timer: Timer<EntityID>, into out: inout Output<HoursSaying>) throws(StageFailure) {
        met.insert(timer.key)
        guard try drivers.value(for: timer.key)?.timer == timer.time, let state = try take(timer.key) else { return }
        var visit = try visit(timer.key, state, -1)
        visit.step(to: max(timer.time, state.seen), into: &out)
        try visit.settle(histories, into: &out)
        try keep(visit.state, of: timer.key, was: nil)
    }

    mutating func inputEnded(at end: EventTime, into out: inout Output<HoursSaying>) throws(StageFailure) {
        for driver in met.sorted() {
            guard let state = try drivers.value(for: driver) else { continue }
            let visit = try visit(driver, state, -1)
            let asOf = end == .distantFuture ? state.seen : end
            let snapshot = try visit.snapshot(at: asOf, histories)
            out.emit(.snapshot(snapshot), at: asOf)
        }
    }

    /// Whether what a record says of a driver's terms and carrier is what is known already.
    private func isNoNews(_ change: TermsChange, of driver: EntityID) throws(StageFailure) -> Bool {
        let state = try drivers.value(for: driver) ?? DriverState()
        return change.applied(to: state.choice) == state.choice && (change.carrier == nil || change.carrier == state.carrier)
    }

    private mutating func visit(_ driver: EntityID, _ state: DriverState, _ cause: Int64) throws(StageFailure) -> DriverVisit {
        let (name, terms) = try terms(of: state.complete)
        var visit = DriverVisit(
            driver: driver, state: state, ruleSet: name, terms: terms, writesRules: !catalog.isBuiltIn(name), policy: policy, cause: cause)
        // A carrier's terms may have changed since: they count for the whole log too.
        try renew(&visit)
        return visit
    }

    /// Has the whole log gone through where the driver's own terms and the carrier's are no more what it was evaluated under. A carrier's
    /// that are none leave its drivers to the job's.
    private mutating func renew(_ visit: inout DriverVisit) throws(StageFailure) {
        var complete = visit.state.choice
        if let carrier = visit.state.carrier, let given = carriers[carrier] {
            let both = complete.completed(by: given)
            if (try? terms(of: both)) != nil { complete = both }
        }
        if complete == visit.state.complete { return }
        let new = try terms(of: complete)
        visit.state.complete = complete
        try visit.retire(under: new, writesRules: !catalog.isBuiltIn(new.name), histories)
    }

    private mutating func terms(of choice: TermsChoice) throws(StageFailure) -> (name: String, terms: DutyTerms) {
        if choice != TermsChoice() { return try choice.terms(policy, catalog) }
        if let usual { return usual }
        let found = try choice.terms(policy, catalog)
        usual = found
        return found
    }

    /// Takes a driver's state out of the table, so that changing it copies nothing; `keep` puts it back.
    private func take(_ driver: EntityID) throws(StageFailure) -> DriverState? {
        try drivers.update(driver) { slot throws(StageFailure) in slot.value.take() }
    }

    private func keep(_ state: DriverState, of driver: EntityID, was before: EventTime?) throws(StageFailure) {
        if state.timer != before {
            if let before { timers?.cancel(Timer(driver, at: before)) }
            if let timer = state.timer { timers?.set(Timer(driver, at: timer)) }
        }
        try drivers.set(state, for: driver)
    }
}
