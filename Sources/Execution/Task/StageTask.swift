internal import Dataflow
internal import EventLog
internal import KeyedState
internal import Metrics
internal import StreamCore
internal import StructuredLog
internal import Threads

/// A stage's instance for one partition: the unit of state, of failure and of restart. An actor on its slot's thread; the slot's loop
/// calls it synchronously, everyone else by mail.
/// ```
/// resting ──may try──▶ recovering ──there──▶ running ──failed, aborted──▶ resting
///                          └────failed, cancelled────▶ resting
/// ```
actor StageTask {
    let id: TaskID
    let executor: SlotExecutor
    /// What its epochs are committed by.
    nonisolated let writer: WriterThread
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    let frame: TaskFrame
    /// The time of holding its turn for which it runs; what it has not committed when that ends never will be.
    nonisolated let tenure: Tenures.Tenure
    var store: (any TaskStore)?
    var state = State.resting
    var marker: Marker?
    var generation = Generation(0)
    var supervision: Supervision
    var inFlight: Epoch?
    private var isWriting = false
    /// Whether a batch of rows is at its target's door.
    var isDelivering = false
    /// How far its target must come before it counts as being there again, once it has failed to take rows.
    var owedRows: [TopicPartition: Offset] = [:]
    var isPaused: Bool
    private var isLeaving = false
    /// Another process runs it: whatever is still on its way here is of no consequence.
    var isLost = false
    var hasMarkedIdle = false
    private var waiters: [CheckedContinuation<Void, Never>] = []
    /// How often the job's bell had rung when it last looked.
    private var heard = 0
    /// What it said of itself when it had read all there was, for as long as that is true.
    private var rest: (until: EventTime, work: EpochMachine.Work)?
    var counters = TaskCounters()
    var epochAt: EventTime?
    /// After the last record that it knows in its changelog.
    private var changelogEnd = Offset.zero
    /// The epoch whose commit failed for want of the log, until one has committed.
    private var owed: Epoch?

    enum State {
        /// Not running: not yet recovered, waiting after a failure, or in quarantine.
        case resting
        /// Its store is brought up to date on a restore thread.
        case recovering(RecoveryProgress)
        case running(RunningStage)
    }

    init(id: TaskID, frame: TaskFrame, executor: SlotExecutor, writer: WriterThread, tenure: Tenures.Tenure, isPaused: Bool) {
        self.tenure = tenure
        self.id = id
        self.executor = executor
        self.writer = writer
        self.frame = frame
        self.isPaused = isPaused
        supervision = Supervision(settings: frame.settings, attempts: frame.bindings.attempts)
    }

    /// Whether a step would find nothing: it found nothing before, and since then nothing has come or fallen due. What others have it do
    /// comes by mail, after which the slot asks nobody.
    func isResting(at now: EventTime) -> Bool {
        guard let rest, now < rest.until else { return false }
        return frame.bell.count == heard
    }

    /// Reads and processes at most one batch of each inlet. `true` when there was something.
    func step(at now: EventTime) -> Bool {
        heard = frame.bell.count
        rest = nil
        let progress = read(at: now)
        if !progress, case .running(let stage) = state, stage.hasSeenAll { rest = (nextWake, stage.work) }
        return progress
    }

    private func read(at now: EventTime) -> Bool {
        frame.burials.settle(at: now)
        if isPaused || isLeaving { return false }
        switch state {
        case .recovering: return false
        case .resting:
            if supervision.mayTry(at: now), !isBusy { start() }
            return false
        case .running(let stage):
            // The disk does not keep up with what changes: what cannot be written behind must not grow without end.
            if isWriting, stage.scope.unwrittenBytes > 4 * frame.settings.writeBehindBytes { return false }
            if stage.sink?.isFull == true { return false }
            do throws(StageFailure) {
                let progress = try stage.step(at: now, frame.settings.readBytes)
                counters.read(progress, at: now)
                if progress > 0 { stage.bound(to: frame.stateBudget) } else { check(stage, at: now) }
                return progress > 0
            } catch {
                failed(error, stage, at: now)
                return true
            }
        }
    }

    /// What the epoch being filled holds.
    var work: EpochMachine.Work {
        if let rest { return rest.work }
        guard case .running(let stage) = state else { return EpochMachine.Work() }
        return stage.work
    }

    /// Whether something of it is being committed or written.
    var isBusy: Bool { inFlight != nil || isWriting || isDelivering || isRowWaiting }

    private var isRowWaiting: Bool {
        if case .running(let stage) = state { stage.sink?.isBusy == true } else { false }
    }

    /// Whether nothing of it is under way, here or on another thread.
    var isStill: Bool { !isBusy && !isRecovering }

    private var isRecovering: Bool {
        if case .recovering = state { true } else { false }
    }

    /// Whether committed changes wait to be written behind.
    var hasUnwritten: Bool {
        if case .running(let stage) = state { stage.scope.unwrittenBytes > 0 } else { false }
    }

    /// When it wants a turn though nothing arrives.
    var nextWake: EventTime {
        if let rest { return rest.until }
        if isPaused || isLeaving { return .distantFuture }
        return switch state {
        case .resting:
            supervision.isQuarantined && !hasMarkedIdle ? supervision.holdEnds : isBusy ? .distantFuture : supervision.nextTry
        case .recovering: .distantFuture
        case .running(let stage): min(stage.nextWake, frame.burials.nextWake)
        }
    }

    /// Ends the epoch being filled and gives away what commits it; `nil` when there is nothing.
    func freeze(at now: EventTime) -> FrozenEpoch? {
        guard case .running(let stage) = state, !work.isEmpty, inFlight == nil else { return nil }
        rest = nil
        let epoch = (marker?.epoch ?? .none).next
        let frozen = stage.freeze(epoch, generation, of: self)
        inFlight = epoch
        counters.recordsOut += frozen.marker.outputs
        return frozen
    }

    /// The epoch in flight has committed; its changelog batch stands at `base`.
    func committed(_ frozen: FrozenEpoch, base: Offset, at now: EventTime) {
        inFlight = nil
        rest = nil
        defer { settle() }
        if isLost { return }
        marker = frozen.marker
        epochAt = now
        counters.deadLetters += frozen.deadLetters.count
        counters.late += frozen.late
        supervision.buried(frozen.deadLetters)
        let stage = frozen.stage.value
        let end = base.advanced(by: frozen.changelog.batch.count)
        stage.scope.committed(upTo: end)
        guard case .running(let current) = state, current === stage else { return }
        if base < changelogEnd {
            stop(
                stage,
                StageFailure(
                    "committing epoch \(frozen.marker.epoch): it stands at offset \(base) of \(id.changelog), of which \(changelogEnd) was known "
                        + "to be past; the log has lost records", blame: .system, remedy: .stop), nil, at: now)
            return
        }
        changelogEnd = end
        if let position = frozen.sourcePosition { stage.feed?.committed(position) }
        guard let delivery = frozen.delivery else {
            if stage.sink == nil { madeProgress() }
            return
        }
        // Not before: what became a dead letter in this epoch is passed over from here on.
        stage.sink?.committed(delivery)
        deliver(stage)
    }

    /// An epoch has committed, and what goes elsewhere is there.
    func madeProgress() {
        supervision.madeProgress()
        goesOn()
    }

    /// The epoch in flight did not commit: back to the one before.
    func aborted(_ frozen: FrozenEpoch, _ reason: LogFailure, at now: EventTime) {
        inFlight = nil
        rest = nil
        if !isLost, case .running(let current) = state, current === frozen.stage.value {
            let doing = "committing epoch \(frozen.marker.epoch)"
            let failure = StageFailure(doing, reason)
            if failure.remedy == .wait { owed = frozen.marker.epoch }
            // A topic may be made again, a right be given: another try is never wrong.
            stop(current, failure.remedy == .wait ? failure : StageFailure(failure.reason, blame: .system), nil, at: now)
        }
        settle()
    }

    /// Rows to write behind, when there are enough or `always`; the caller writes them and calls `writtenBehind`.
    func collectUnwritten(always: Bool) -> PendingWrite? {
        guard case .running(let stage) = state, inFlight == nil, !isWriting else { return nil }
        guard always || stage.scope.unwrittenBytes >= frame.settings.writeBehindBytes, let (rows, position) = stage.scope.collectUnwritten()
        else { return nil }
        isWriting = true
        return PendingWrite(store: stage.store, rows: rows, position: position, stage: Confined(stage))
    }

    /// What `collectUnwritten` gave has been written, or could not be.
    func writtenBehind(_ write: PendingWrite, _ failure: StageFailure?, at now: EventTime) {
        isWriting = false
        if case .running(let stage) = state, stage === write.stage.value {
            if let failure {
                stop(stage, failure, nil, at: now)
            } else {
                stage.scope.collectedIsWritten()
                sweep(stage, at: now)
                stage.bound(to: frame.stateBudget, afresh: true)
            }
        }
        settle()
    }

    private func sweep(_ stage: RunningStage, at now: EventTime) {
        do throws(StageFailure) {
            try stage.scope.sweep(StageTask.sweptRows)
        } catch {
            failed(error, stage, at: now)
        }
    }

    /// How many rows of each state are looked at for expiry after each write-behind.
    private static let sweptRows = 10_000

    /// Has it recovered, and its stage made, on a restore thread.
    func start() {
        let progress = RecoveryProgress()
        state = .recovering(progress)
        frame.starters(of: id.stage).post { [start = TaskStart(self, supervision, store, progress)] in
            let outcome = start.run()
            start.task.executor.post { start.task.assumeIsolated { $0.recovered(outcome, progress) } }
        }
    }

    private func recovered(_ outcome: Result<TaskStart.Outcome, StageFailure>, _ progress: RecoveryProgress) {
        state = .resting
        defer { settle() }
        switch outcome {
        case .success(let found):
            take(found.restored)
            if isLeaving || progress.isCancelled { return found.stage.value.close() }
            run(found.stage.value)
        case .failure(let failure):
            if isLeaving || progress.isCancelled { return }
            report(StageFailure("starting: \(failure)", blame: failure.blame, remedy: failure.remedy), nil, at: frame.clock())
        }
    }

    /// What a recovery has found, whether the task runs then or not.
    private func take(_ restored: TaskStart.Restored) {
        store = restored.store
        marker = restored.marker
        changelogEnd = restored.store.changelogPosition ?? .zero
    }

    /// Ends a recovery that nothing was to run after.
    func rest(after outcome: Result<TaskStart.Restored, StageFailure>) {
        state = .resting
        if case .success(let restored) = outcome { take(restored) }
        settle()
    }

    private func run(_ stage: RunningStage) {
        generation = StageTask.generation(after: marker)
        stage.program.onDeadLetter = { [frame, id] inlet, offset, reason in
            frame.deadLettered(id, inlet, offset, reason)
        }
        state = .running(stage)
        if supervision.failures > 0 { frame.note(.info, "task restarted", id, "from epoch \(marker?.epoch ?? .none)") }
        // Reading the log does not tell that it takes commits again.
        if marker?.epoch ?? .none >= owed ?? .none, stage.sink?.has(owedRows) ?? true { goesOn() }
    }

    /// The number of the owner that takes over from a marker's.
    static func generation(after marker: Marker?) -> Generation { marker?.generation.next ?? Generation(1) }

    private func goesOn() {
        owed = nil
        supervision.runs()
        frame.waiters.ended(id)
    }

    private func failed(_ failure: StageFailure, _ stage: RunningStage, at now: EventTime) {
        stop(stage, failure, stage.failedRecord, at: now)
    }

    /// Ends a run. What it had changed goes with it: the next start takes the store and what the changelog has beyond it.
    func stop(_ stage: RunningStage, _ failure: StageFailure, _ record: Supervision.Record?, at now: EventTime) {
        state = .resting
        report(failure, record, at: now)
        stage.close()
    }

    /// Remembers, counts and says a failure.
    private func report(_ failure: StageFailure, _ record: Supervision.Record?, at now: EventTime) {
        supervision.failed(failure, record: record, at: now)
        if failure.remedy == .wait { return frame.waiters.began(id, "\(id): \(failure.reason)") }
        frame.failures.add()
        let place = record.map { " at \($0.topic)/\($0.partition) offset \($0.offset)" } ?? ""
        if supervision.isQuarantined {
            frame.note(.error, "task quarantined", id, failure.reason + place)
        } else {
            frame.note(.warning, "task failed", id, failure.reason + place)
        }
    }

    func settle() {
        for waiter in waiters { waiter.resume() }
        waiters = []
    }

    /// Waits until nothing of this task is being committed or written.
    func quiet() async {
        while isBusy { await changed() }
    }

    /// Waits until something that was under way has ended.
    func changed() async { await withCheckedContinuation { waiters.append($0) } }

    /// Waits until nothing of it is under way, a recovery included.
    func still() async {
        while !isStill { await changed() }
    }

    /// Stops reading for good; the slot drops it once its last epoch has committed.
    func leave() {
        isLeaving = true
        cancelRecovery()
    }

    /// Another process has it: nothing of it is committed or written any more.
    func lose() {
        isLost = true
        leave()
        if case .running(let stage) = state {
            stage.close()
            state = .resting
        }
        frame.waiters.forget(id)
    }

    /// Waits, once it was lost, until its store is written no more.
    func gone() async {
        while isWriting || isDelivering || isRecovering { await changed() }
    }

    private func cancelRecovery() {
        if case .recovering(let progress) = state { progress.cancel() }
    }

    /// The last step: everything committed is in the store.
    func close() async {
        await still()
        frame.waiters.forget(id)
        guard case .running(let stage) = state else { return }
        state = .resting
        stage.close()
        do throws(StageFailure) {
            try stage.scope.writeBehind()
        } catch {
            frame.note(.warning, "state cannot be written; the next start replays more", id, error.reason)
        }
    }

    /// Goes back to its last epoch, past failures forgotten; begins to read again unless it is paused.
    func rewind() async {
        cancelRecovery()
        await still()
        if case .running(let stage) = state { stage.close() }
        state = .resting
        supervision = Supervision(settings: frame.settings, attempts: frame.bindings.attempts)
        (hasMarkedIdle, owedRows) = (false, [:])
        frame.waiters.forget(id)
    }
}
