internal import EventLog
internal import KeyedState
internal import StreamCore
internal import Threads

/// One thread running many tasks: reads in turn, ends epochs, hands them to its writer.
actor Slot {
    nonisolated let index: Int
    nonisolated let executor: SlotExecutor
    /// Beats as a turn of the loop begins, and as it ends.
    nonisolated let pulse = Watchdog.Pulse()
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    nonisolated let writer: WriterThread
    private let housekeeper: WorkerThread
    private let clock: @Sendable () -> EventTime
    private let settings: EngineSettings
    private let onCommit: @Sendable (EventTime.Span, Int) -> Void
    private let upkeep: Upkeep
    private let tenures: Tenures
    private var epochs: EpochMachine
    private var tasks: [StageTask] = []
    private var nextWriteBehind = EventTime.distantPast
    /// The tasks whose turn to be written behind has come; one with an epoch in flight waits until that has ended.
    private var owing: Set<TaskID> = []
    private var hasWritten = false
    /// Whether an epoch has ended since the last turn.
    private var hasCommitted = false
    /// What the log's tools were told last of how far each task has read.
    private var reported: [TaskID: [TopicPartition: Offset]] = [:]
    private var drains: [(tasks: Set<TaskID>, continuation: CheckedContinuation<Void, Never>)] = []

    init(
        index: Int, log: any EventLog, tenures: Tenures, settings: EngineSettings, housekeeper: WorkerThread,
        clock: @escaping @Sendable () -> EventTime,
        upkeep: Upkeep, onCommit: @escaping @Sendable (EventTime.Span, Int) -> Void
    ) {
        self.upkeep = upkeep
        self.tenures = tenures
        self.index = index
        self.settings = settings
        self.housekeeper = housekeeper
        self.clock = clock
        self.onCommit = onCommit
        executor = SlotExecutor(name: "slot \(index)")
        writer = WriterThread(log: log, name: "\(settings.instance).\(index)", fault: settings.fault)
        epochs = EpochMachine(
            limits: EpochMachine.Limits(every: settings.epochEvery, bytes: settings.epochBytes, changes: settings.epochChanges))
    }

    /// Starts the thread.
    nonisolated func start() {
        executor.start(clock: clock) { [self] hasNews in assumeIsolated { $0.turn(hasNews) } }
    }

    /// Ends the threads. Everything must have been removed before. Blocks; not from the slot's own thread.
    nonisolated func stop() {
        executor.stop()
        writer.stop()
    }

    func add(_ task: StageTask) {
        tasks.append(task)
        tasks.sort { $0.id < $1.id }
    }

    /// Forgets those tasks as they are: they are another process's. Returns when nothing of them is written any more.
    func drop(_ ids: Set<TaskID>) async {
        let lost = tasks.filter { ids.contains($0.id) }
        tasks.removeAll { ids.contains($0.id) }
        owing.subtract(ids)
        for id in ids { reported[id] = nil }
        for task in lost { await task.lose() }
        settleDrains()
        for task in lost { await task.gone() }
    }

    /// Lets those tasks commit what they have, closes and forgets them.
    func remove(_ ids: Set<TaskID>) async {
        let leaving = tasks.filter { ids.contains($0.id) }
        for task in leaving { await task.leave() }
        await settled(ids)
        for task in leaving { await task.close() }
        tasks.removeAll { ids.contains($0.id) }
        owing.subtract(ids)
        for id in ids { reported[id] = nil }
    }

    /// Returns when those tasks, which must be paused, have committed what they had.
    func settled(_ ids: Set<TaskID>) async {
        await withCheckedContinuation { drains.append((ids, $0)) }
    }

    /// One turn of the slot's loop. Without news, tasks that rest are passed over: most do, whatever there is to do for others.
    private func turn(_ hasNews: Bool) -> SlotExecutor.Next {
        pulse.beat()
        defer { pulse.beat() }
        let now = clock()
        var progress = false
        var work = EpochMachine.Work()
        var idle: [PartitionBatch] = []
        for task in tasks {
            task.assumeIsolated { task in
                if hasNews || !task.isResting(at: now) {
                    if task.step(at: now) { progress = true }
                    idle += task.idleMarks(at: now)
                }
                let own = task.work
                work.isEmpty = work.isEmpty && own.isEmpty
                work.bytes += own.bytes
                work.changes += own.changes
            }
        }
        // Before the next epoch is frozen: a slot that always has one in flight would never be written behind.
        if hasNews || hasCommitted || !owing.isEmpty || now >= nextWriteBehind { writeBehind(at: now) }
        hasCommitted = false
        upkeep.append(idle)
        if !work.isEmpty, case .freeze = epochs.next(work, isIdle: !progress, at: now) {
            freeze(at: now)
        } else if epochs.isCommitting, work.bytes >= settings.epochBytes || work.changes >= settings.epochChanges {
            // Full, with the last epoch still on its way: its end wakes the slot.
            return .at(.distantFuture)
        }
        settleDrains()
        if progress { return .now }
        var next = work.isEmpty ? EventTime.distantFuture : epochs.isCommitting ? .distantFuture : epochs.deadline
        var hasUnwritten = false
        for task in tasks {
            task.assumeIsolated { task in
                next = min(next, task.nextWake)
                hasUnwritten = hasUnwritten || task.hasUnwritten
            }
        }
        if hasUnwritten { next = min(next, nextWriteBehind) }
        return .at(next)
    }

    private func freeze(at now: EventTime) {
        settings.fault(.freezing)
        let frozen = tasks.compactMap { task in task.assumeIsolated { $0.freeze(at: now) } }
        guard !frozen.isEmpty else { return }
        epochs.froze()
        var transaction = Transaction()
        for epoch in frozen {
            transaction.batches += epoch.outputs
            transaction.turns[epoch.task.turn] = epoch.marker.epoch
        }
        transaction.isCurrent = { [tenures, held = frozen.map(\.owner.tenure)] in tenures.last(held) }
        let firstChangelog = transaction.batches.count
        transaction.batches += frozen.map(\.changelog)
        settings.fault(.frozen)
        writer.commit(transaction) { [self, transaction] result in
            settings.fault(.committed)
            executor.postQuietly { [self] in
                assumeIsolated { $0.commitEnded(frozen, result, firstChangelog, transaction.batches.count, began: now) }
            }
        }
    }

    private func commitEnded(
        _ frozen: [FrozenEpoch], _ result: Result<[Offset], LogFailure>, _ firstChangelog: Int, _ batches: Int, began: EventTime
    ) {
        epochs.commitEnded()
        hasCommitted = true
        let now = clock()
        if case .success = result { onCommit(now.since(began), batches) }
        for (index, epoch) in frozen.enumerated() {
            epoch.owner.assumeIsolated { task in
                switch result {
                case .success(let offsets): task.committed(epoch, base: offsets[firstChangelog + index], at: now)
                case .failure(let failure): task.aborted(epoch, failure, at: now)
                }
            }
        }
        settings.fault(.published)
    }

    private func settleDrains() {
        drains.removeAll { drain in
            let isQuiet = tasks.allSatisfy { task in
                !drain.tasks.contains(task.id) || task.assumeIsolated { $0.work.isEmpty && $0.isStill }
            }
            if isQuiet { drain.continuation.resume() }
            return isQuiet
        }
    }

    private func report() {
        var news: [String: [TopicPartition: Offset]] = [:]
        for task in tasks {
            let positions = task.assumeIsolated { $0.positions }
            if positions == reported[task.id] ?? [:] { continue }
            reported[task.id] = positions
            news[task.id.job, default: [:]].merge(positions) { $1 }
        }
        upkeep.report(news)
    }

    private func writeBehind(at now: EventTime) {
        if now >= nextWriteBehind {
            nextWriteBehind = now.advanced(by: settings.writeBehindEvery)
            owing = Set(tasks.map(\.id))
        }
        let wasOwing = !owing.isEmpty
        for task in tasks {
            let (isBusy, always) = (task.assumeIsolated { $0.isBusy }, wasOwing && owing.contains(task.id))
            if always, !isBusy { owing.remove(task.id) }
            guard let write = task.assumeIsolated({ $0.collectUnwritten(always: always) }) else { continue }
            hasWritten = true
            housekeeper.post { [self] in
                settings.fault(.writing)
                var failure: StageFailure?
                do throws(StageFailure) {
                    try write.store.write(write.rows, changelogPosition: write.position)
                } catch {
                    failure = error
                }
                settings.fault(.written)
                executor.post { [self, failure] in
                    task.assumeIsolated { $0.writtenBehind(write, failure, at: clock()) }
                }
            }
        }
        guard wasOwing, owing.isEmpty else { return }
        // Now, when no epoch of theirs was under way: one that commits later leaves something to write, and so brings this round again.
        upkeep.purge(tasks.flatMap { task in task.assumeIsolated { $0.spent } })
        report()
        guard hasWritten else { return }
        hasWritten = false
        housekeeper.post { [upkeep, settings] in
            upkeep.flush()
            settings.fault(.flushed)
        }
    }

    func snapshots() -> [TaskSnapshot] {
        let now = clock()
        return tasks.map { task in task.assumeIsolated { $0.snapshot(slot: index, at: now) } }
    }
}
