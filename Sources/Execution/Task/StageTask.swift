internal import Dataflow
internal import EventLog
internal import KeyedState
internal import Metrics
internal import StreamCore
internal import StructuredLog

/// A stage's instance for one partition: the unit of state, of failure and of restart. An actor on its slot's thread; the slot's loop
/// calls it synchronously, everyone else by mail.
actor StageTask {
    let id: TaskID
    private let executor: SlotExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    let frame: TaskFrame
    private let store: any TaskStore
    private var state = State.resting
    private var marker: Marker?
    private var generation = Generation(0)
    private var supervision: Supervision
    private var inFlight: Epoch?
    private var isWriting = false
    private var isPaused = false
    private var isLeaving = false
    private var hasMarkedIdle = false
    private var waiters: [CheckedContinuation<Void, Never>] = []
    private var counters = TaskCounters()
    private var epochAt: EventTime?

    private enum State {
        /// Not running: not yet recovered, waiting after a failure, or in quarantine.
        case resting
        case running(RunningStage)
    }

    init(id: TaskID, frame: TaskFrame, executor: SlotExecutor) throws(StageFailure) {
        self.id = id
        self.executor = executor
        self.frame = frame
        store = try frame.state.open(id)
        supervision = Supervision(settings: frame.settings, attempts: frame.bindings.attempts)
    }

    // MARK: The slot's loop

    /// Reads and processes at most one batch of each inlet. `true` when there was something.
    func step(at now: EventTime) -> Bool {
        if isPaused || isLeaving { return false }
        // The disk does not keep up with what changes: what cannot be written behind must not grow without end.
        if isWriting, unwrittenBytes > 4 * frame.settings.writeBehindBytes { return false }
        switch state {
        case .resting:
            guard supervision.mayTry(at: now), inFlight == nil, !isWriting else { return false }
            start(at: now)
            return true
        case .running(let stage):
            do throws(StageFailure) {
                let progress = try stage.step(at: now, frame.settings.readBytes)
                counters.read(progress, at: now)
                if progress > 0 { stage.bound(to: frame.stateBudget) }
                return progress > 0
            } catch {
                failed(error, stage, at: now)
                return true
            }
        }
    }

    /// What the epoch being filled holds.
    var work: EpochMachine.Work {
        guard case .running(let stage) = state else { return EpochMachine.Work() }
        return stage.work
    }

    /// Whether something of it is being committed or written.
    var isBusy: Bool { inFlight != nil || isWriting }

    /// Whether committed changes wait to be written behind.
    var hasUnwritten: Bool { unwrittenBytes > 0 }

    private var unwrittenBytes: Int {
        if case .running(let stage) = state { stage.scope.unwrittenBytes } else { 0 }
    }

    /// When it wants a turn though nothing arrives.
    var nextWake: EventTime {
        if isPaused || isLeaving { return .distantFuture }
        return switch state {
        case .resting: supervision.isQuarantined && !hasMarkedIdle ? supervision.holdEnds : supervision.nextTry
        case .running(let stage): stage.nextWake
        }
    }

    /// Ends the epoch being filled and gives away what commits it; `nil` when there is nothing.
    func freeze(at now: EventTime) -> FrozenEpoch? {
        guard case .running(let stage) = state, !stage.work.isEmpty, inFlight == nil else { return nil }
        let epoch = (marker?.epoch ?? .none).next
        let frozen = stage.freeze(epoch, generation, id)
        inFlight = epoch
        counters.recordsOut += frozen.marker.outputs
        return frozen
    }

    /// The epoch in flight has committed; its changelog batch stands at `base`.
    func committed(_ frozen: FrozenEpoch, base: Offset, at now: EventTime) {
        inFlight = nil
        marker = frozen.marker
        epochAt = now
        counters.deadLetters += frozen.deadLetters.count
        counters.late += frozen.late
        supervision.buried(frozen.deadLetters)
        let stage = frozen.stage.value
        stage.scope.committed(upTo: base.advanced(by: frozen.changelog.batch.count))
        if case .running(let current) = state, current === stage { supervision.madeProgress() }
        settle()
    }

    /// The epoch in flight did not commit: back to the one before.
    func aborted(_ frozen: FrozenEpoch, _ reason: LogFailure, at now: EventTime) {
        inFlight = nil
        if case .running(let current) = state, current === frozen.stage.value {
            current.close()
            state = .resting
            report(StageFailure("committing epoch \(frozen.marker.epoch): \(reason)", blame: .system), nil, at: now)
        }
        settle()
    }

    /// Rows to write behind, when there are enough or `always`; the caller writes them and calls `writtenBehind`.
    func collectUnwritten(always: Bool) -> PendingWrite? {
        guard case .running(let stage) = state, inFlight == nil, !isWriting else { return nil }
        guard always || stage.scope.unwrittenBytes >= frame.settings.writeBehindBytes, let (rows, position) = stage.scope.collectUnwritten()
        else { return nil }
        isWriting = true
        return PendingWrite(store: store, rows: rows, position: position, stage: Confined(stage))
    }

    /// What `collectUnwritten` gave has been written, or could not be.
    func writtenBehind(_ write: PendingWrite, _ failure: StageFailure?, at now: EventTime) {
        isWriting = false
        if let failure {
            if case .running(let stage) = state, stage === write.stage.value {
                stage.close()
                state = .resting
                report(failure, nil, at: now)
            }
        } else if case .running(let stage) = state, stage === write.stage.value {
            stage.scope.collectedIsWritten()
            sweep(stage, at: now)
            stage.bound(to: frame.stateBudget, afresh: true)
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

    // MARK: Starting and failing

    private func start(at now: EventTime) {
        do throws(StageFailure) {
            frame.settings.fault(.recovering)
            marker = try Recovery(log: frame.log, task: id, store: store, now: now, oldestStore: InternalTopics.tombstones.half).run()
            frame.settings.fault(.recovered)
            generation = marker?.generation.next ?? Generation(1)
            let stage = try RunningStage(id, frame, store: store, marker: marker, supervision, waking: { [executor] in executor.wake() }, at: now)
            stage.program.onDeadLetter = { [frame, id] inlet, offset, reason in
                frame.deadLettered(id, inlet, offset, reason)
            }
            state = .running(stage)
            if supervision.failures > 0 { frame.note(.info, "task restarted", id, "from epoch \(marker?.epoch ?? .none)") }
        } catch {
            report(StageFailure("starting: \(error)", blame: error.blame, remedy: error.remedy), nil, at: now)
        }
    }

    private func failed(_ failure: StageFailure, _ stage: RunningStage, at now: EventTime) {
        state = .resting
        report(failure, stage.failedRecord, at: now)
        // What it had changed goes with it: the next start takes the store and what the changelog has beyond it.
        stage.close()
    }

    /// Remembers, counts and says a failure.
    private func report(_ failure: StageFailure, _ record: Supervision.Record?, at now: EventTime) {
        supervision.failed(failure, record: record, at: now)
        frame.failures.add()
        let place = record.map { " at \($0.topic)/\($0.partition) offset \($0.offset)" } ?? ""
        if supervision.isQuarantined {
            frame.note(.error, "task quarantined", id, failure.reason + place)
        } else {
            frame.note(.warning, "task failed", id, failure.reason + place)
        }
    }

    private func settle() {
        guard inFlight == nil, !isWriting else { return }
        for waiter in waiters { waiter.resume() }
        waiters = []
    }

    // MARK: Control and queries, by mail

    /// Waits until nothing of this task is being committed or written.
    private func quiet() async {
        while inFlight != nil || isWriting { await withCheckedContinuation { waiters.append($0) } }
    }

    /// Stops reading until told otherwise.
    func pause() { isPaused = true }

    /// Stops reading for good; the slot drops it once its last epoch has committed.
    func leave() { isLeaving = true }

    /// Reads again.
    func unpause() {
        isPaused = false
        executor.wake()
    }

    /// Forgets past failures and starts again from the last epoch.
    func restart(at now: EventTime) async {
        await quiet()
        if case .running(let stage) = state { stage.close() }
        state = .resting
        supervision = Supervision(settings: frame.settings, attempts: frame.bindings.attempts)
        isPaused = false
        hasMarkedIdle = false
        executor.wake()
    }

    /// The last step: everything committed is in the store.
    func close() async {
        await quiet()
        guard case .running(let stage) = state else { return }
        state = .resting
        stage.close()
        do throws(StageFailure) {
            try stage.scope.writeBehind()
        } catch {
            frame.note(.warning, "state cannot be written; the next start replays more", id, error.reason)
        }
    }

    /// The committed row of a key, and the epoch it is of.
    func row(_ key: String, of name: String) async throws(StageFailure) -> (row: RenderedRow?, epoch: Epoch) {
        await quiet()
        let scope = try committedScope()
        return (try scope.row(key, of: name), marker?.epoch ?? .none)
    }

    /// Committed rows in key order, and the epoch they are of.
    func rows(of name: String, prefix: String, limit: Int) async throws(StageFailure) -> (rows: [RenderedRow], hasMore: Bool, epoch: Epoch) {
        await quiet()
        let scope = try committedScope()
        let (rows, hasMore) = try scope.rows(of: name, prefix: prefix, limit: limit)
        return (rows, hasMore, marker?.epoch ?? .none)
    }

    private func committedScope() throws(StageFailure) -> StateScope {
        guard case .running(let stage) = state else {
            throw StageFailure("reading state of \(id): the task is not running; see `linehaul jobs show \(id.job)`", blame: .system)
        }
        try stage.scope.writeBehind()
        return stage.scope
    }

    // MARK: Savepoints

    /// The store with everything committed in it, whether the task runs or not.
    func committedStore(at now: EventTime) async throws(StageFailure) -> (store: any TaskStore, marker: Marker?) {
        await quiet()
        if case .running(let stage) = state {
            try stage.scope.writeBehind()
        } else {
            marker = try Recovery(log: frame.log, task: id, store: store, now: now, oldestStore: InternalTopics.tombstones.half).run()
        }
        return (store, marker)
    }

    /// What is committed, and what renders it.
    func committedRows() async throws(StageFailure) -> (scope: StateScope, store: any TaskStore) {
        await quiet()
        return (try committedScope(), store)
    }

    /// Closes a paused task where it is, so that nothing of it can change or commit until `reload`.
    func rest(at now: EventTime) async throws(StageFailure) -> (store: any TaskStore, marker: Marker?) {
        let committed = try await committedStore(at: now)
        if case .running(let stage) = state { stage.close() }
        state = .resting
        return committed
    }

    /// Begins again with what the log has, past failures forgotten; paused, it stays so.
    func reload(at now: EventTime) async {
        await quiet()
        if case .running(let stage) = state { stage.close() }
        state = .resting
        supervision = Supervision(settings: frame.settings, attempts: frame.bindings.attempts)
        start(at: now)
    }

    /// How far each repartition partition that it reads is no longer needed.
    var spent: [(partition: TopicPartition, below: Offset)] {
        (marker?.positions ?? [:]).compactMap { partition, position in
            frame.plan.topics.contains { $0.purpose == .repartition && $0.name == partition.topic } ? (partition, position.resume) : nil
        }
    }

    /// The marks that let later stages go on without it, once its quarantine has lasted; asked for once.
    func idleMarks(at now: EventTime) -> [PartitionBatch] {
        guard supervision.isQuarantined, !hasMarkedIdle, now >= supervision.holdEnds else { return [] }
        hasMarkedIdle = true
        let mark = IdleMark.batch(of: id.partition, at: now)
        return frame.plan.shuffles(from: id.stage).flatMap { topic, partitions in
            (0..<partitions).map { PartitionBatch(TopicPartition(topic, Partition($0)), mark) }
        }
    }

    /// What it is doing now.
    func snapshot(slot: Int, at now: EventTime) -> TaskSnapshot {
        var stage: RunningStage?
        if case .running(let running) = state { stage = running }
        let condition: TaskSnapshot.Condition =
            isPaused ? .paused
            : supervision.isQuarantined ? .quarantined
            : stage != nil ? .running : supervision.failures > 0 ? .backingOff : .recovering
        return TaskSnapshot(
            task: id, slot: slot, condition: condition, watermark: stage?.program.moment.watermark ?? marker?.watermark ?? .distantPast,
            inlets: stage?.inletSnapshots ?? [], epoch: marker?.epoch ?? .none, epochAt: epochAt, generation: generation,
            recordsIn: counters.recordsIn, recordsOut: counters.recordsOut, deadLetters: counters.deadLetters,
            late: counters.late, rate: counters.rate(at: now), memory: stage?.scope.memory ?? 0, lastFailure: supervision.lastFailure,
            isSettled: work.isEmpty && inFlight == nil, failures: supervision.failures)
    }
}
