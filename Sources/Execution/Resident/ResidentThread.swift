internal import Dataflow
internal import EventLog
internal import Foundation
internal import Metrics
internal import StreamCore
internal import StructuredLog
internal import Synchronization
internal import Threads

/// A resident stage's thread: makes the stage, feeds it, makes another when it fails, and lets it end in order.
/// ```
/// resting ──may try──▶ following ──failed, paused, restarted──▶ resting
/// ```
/// While the log is away the stage stays as it is, and what it knows can still be asked for.
final class ResidentThread: Sendable {
    /// What others want of it.
    private struct Wish {
        var isPaused: Bool
        var isStopping = false
        /// Rises with each restart that is asked for.
        var restarts = 0
    }

    let id: TaskID
    private let frame: TaskFrame
    private let maker: ResidentMaker
    private let inlets: [(name: String, binding: JobBindings.Inlet)]
    private let wish: Mutex<Wish>
    private let shown: Mutex<TaskSnapshot?>
    private let bell = Bell()
    private let thread: WorkerThread
    /// How long what is under way may take once the stage is to end.
    private static let grace = EventTime.Span(microseconds: 5_000_000)
    /// How often it looks at the clock though nothing rings.
    private static let longestSleep = 200_000
    /// How old what it shows may be.
    private static let freshness = EventTime.Span(microseconds: 100_000)

    init(
        _ stage: PhysicalPlan.Stage, of job: String, frame: TaskFrame, isPaused: Bool,
        _ maker: ResidentMaker
    ) {
        id = TaskID(job: job, stage: stage.logical.id, partition: Partition(0))
        self.frame = frame
        self.maker = maker
        inlets = stage.logical.sources.compactMap { source in
            guard case .broadcast(let name) = source, let binding = frame.bindings.inlets[name] else { return nil }
            return (name, binding)
        }
        wish = Mutex(Wish(isPaused: isPaused))
        shown = Mutex(nil)
        thread = WorkerThread(name: "\(id.job) \(id.stage)")
        thread.post { [self] in run() }
    }

    func pause() { change { $0.isPaused = true } }

    func resume() { change { $0.isPaused = false } }

    /// Begins anew, past failures forgotten.
    func restart() {
        change { wish in
            wish.isPaused = false
            wish.restarts += 1
        }
    }

    /// Lets the stage finish what is under way, and ends the thread. Returns when that is done.
    func stop() async {
        change { $0.isStopping = true }
        await thread.run {}
        thread.stop()
    }

    /// The stage as it was a moment ago.
    var snapshot: TaskSnapshot? { shown.withLock { $0 } }

    private func change(_ body: (inout Wish) -> Void) {
        wish.withLock { body(&$0) }
        bell.ring()
    }

    // MARK: On the thread

    private func run() {
        var life = Life(Supervision(settings: frame.settings, attempts: frame.bindings.attempts))
        var restarts = 0
        while true {
            let wish = wish.withLock { $0 }
            let now = frame.clock()
            if wish.isStopping { break }
            if wish.restarts != restarts {
                restarts = wish.restarts
                life.end()
                life.supervision = Supervision(settings: frame.settings, attempts: frame.bindings.attempts)
            }
            if wish.isPaused { retire(&life) }
            let progress = wish.isPaused ? 0 : turn(&life, at: now)
            show(&life, isPaused: wish.isPaused, at: now)
            if progress == 0 { bell.sleep(sleep(life, isPaused: wish.isPaused)) }
        }
        retire(&life)
        shown.withLock { $0 = nil }
    }

    /// The stage while there is one, and what became of those before it.
    private struct Life {
        var supervision: Supervision
        var running: (stage: any Resident, following: Following)?
        var counters = TaskCounters()
        var generation = Generation(0)
        /// What was last shown of it, and when.
        var shown: (condition: TaskSnapshot.Condition, at: EventTime)?

        init(_ supervision: Supervision) { self.supervision = supervision }

        mutating func end() {
            running?.stage.end()
            running?.following.close()
            running = nil
        }
    }

    /// Reads once, or makes the stage where it is time. How many records were read.
    private func turn(_ life: inout Life, at now: EventTime) -> Int {
        guard life.supervision.mayTry(at: now) else { return 0 }
        do throws(StageFailure) {
            if life.running == nil { try begin(&life, at: now) }
            guard let (stage, following) = life.running else { return 0 }
            let count = try following.step(at: now, frame.settings.readBytes, into: stage)
            if life.supervision.awaits != nil || life.supervision.failures > 0 { goesOn(&life) }
            if count == 0 || stage.nextWake <= now { try stage.tick(at: now) }
            life.counters.read(count, at: now)
            return count
        } catch {
            failed(&life, error, at: now)
            return 0
        }
    }

    private func begin(_ life: inout Life, at now: EventTime) throws(StageFailure) {
        let following = try Following(inlets, reachingBack: maker.reachingBack, of: frame.log, for: id.job, at: now) { [bell] in
            bell.ring()
        }
        let stage = try maker.make(ResidentScope(log: frame.log, bindings: frame.bindings, clock: frame.clock))
        life.generation = life.generation.next
        life.running = (stage, following)
    }

    private func goesOn(_ life: inout Life) {
        if life.supervision.failures > 0 { frame.note(.info, "resident stage runs again", id, "it reads") }
        life.supervision.madeProgress()
        frame.waiters.ended(id)
    }

    private func failed(_ life: inout Life, _ failure: StageFailure, at now: EventTime) {
        life.supervision.failed(failure, record: nil, at: now)
        // What it knows is still true while the log is away.
        if failure.remedy == .wait { return frame.waiters.began(id, "\(id): \(failure.reason)") }
        life.end()
        frame.failures.add()
        if life.supervision.isQuarantined {
            frame.note(.error, "resident stage quarantined", id, failure.reason)
        } else {
            frame.note(.warning, "resident stage failed", id, failure.reason)
        }
    }

    /// Ends the stage in order: what is under way may still be finished.
    private func retire(_ life: inout Life) {
        guard let (stage, following) = life.running else { return }
        stage.retire()
        let limit = frame.clock().advanced(by: ResidentThread.grace)
        do throws(StageFailure) {
            while !stage.isSettled, frame.clock() < limit {
                let now = frame.clock()
                if try following.step(at: now, frame.settings.readBytes, into: stage) == 0 {
                    try stage.tick(at: now)
                    bell.sleep(5_000)
                }
            }
        } catch {
            frame.note(.warning, "resident stage ended with work under way", id, error.reason)
        }
        life.end()
    }

    /// How many microseconds to sleep.
    private func sleep(_ life: Life, isPaused: Bool) -> Int {
        if isPaused { return ResidentThread.longestSleep }
        let wake = life.running.map { $0.stage.nextWake } ?? life.supervision.nextTry
        let due = min(wake, life.supervision.awaits == nil ? .distantFuture : life.supervision.nextTry)
        if due == .distantFuture { return ResidentThread.longestSleep }
        return Int(max(100, min(due.since(frame.clock()).microseconds, Int64(ResidentThread.longestSleep))))
    }

    /// Lets others see how it is: at once where its condition is another, else now and then.
    private func show(_ life: inout Life, isPaused: Bool, at now: EventTime) {
        let following = life.running?.following
        let isBehind = following.map { !$0.hasCaughtUp } ?? true
        let condition: TaskSnapshot.Condition =
            isPaused
            ? .paused
            : life.supervision.isQuarantined
                ? .quarantined
                : life.supervision.awaits != nil
                    ? .waiting
                    : life.running == nil && life.supervision.failures > 0 ? .backingOff : isBehind ? .recovering : .running
        if let last = life.shown, last.condition == condition, now.since(last.at) < ResidentThread.freshness { return }
        life.shown = (condition, now)
        let snapshot = TaskSnapshot(
            task: id, slot: nil, condition: condition, awaits: life.supervision.awaits, recovery: isBehind ? following?.progress : nil,
            watermark: .distantPast, inlets: following?.snapshots ?? [], epoch: .none, epochAt: nil, generation: life.generation,
            recordsIn: life.counters.recordsIn, recordsOut: 0, deadLetters: 0, late: 0, rate: life.counters.rate(at: now), memory: 0,
            sink: nil, lastFailure: life.supervision.lastFailure, isSettled: true, failures: life.supervision.failures)
        shown.withLock { $0 = snapshot }
    }
}
