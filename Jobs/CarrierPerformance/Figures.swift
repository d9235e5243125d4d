internal import Dataflow
internal import Freight
internal import KeyedState
internal import StreamCore

/// Gathers what is counted of each carrier and driver, and tells what is new: at whole multiples of `every`, and when a day leaves the window.
struct Figures: KeyedProcess {
    private let window: RollingWindow
    private let scope: StateScope
    private let tallies: ValueState<EntityID, Tally>
    private let due: TimerState<EntityID>

    init(_ window: RollingWindow, in scope: StateScope) {
        self.window = window
        self.scope = scope
        tallies = scope.value("tallies")
        due = scope.timers("due")
    }

    var timers: TimerState<EntityID>? { due }

    mutating func process(
        _ count: Count, of subject: EntityID, at time: EventTime, into out: inout Output<Performance>
    ) throws(StageFailure) {
        try tallies.update(subject) { slot throws(StageFailure) in
            var tally = slot.value ?? Tally(of: count.kind)
            tally.take(count)
            slot.value = tally
        }
        due.set(Timer(subject, at: window.telling(after: max(time, scope.watermark))))
    }

    mutating func timerFired(_ timer: Timer<EntityID>, into out: inout Output<Performance>) throws(StageFailure) {
        guard var tally = try tallies.value(for: timer.key) else { return }
        let total = tally.total(in: window, at: timer.time)
        if !tally.days.isEmpty { due.set(Timer(timer.key, at: window.move(after: timer.time))) }
        if tally.told != total {
            let told = Performance(
                of: timer.key, tally.kind, from: window.start(at: timer.time), to: timer.time, total, before: tally.told)
            out.emit(told, at: timer.time)
        }
        tally.told = total
        try tallies.set(tally, for: timer.key)
    }
}
