internal import KeyedState
internal import StreamCore
internal import Threads

/// What people ask of a task, by mail.
extension StageTask {
    /// Stops reading until told otherwise.
    func pause() { isPaused = true }

    /// Reads again.
    func unpause() {
        isPaused = false
        executor.wake()
    }

    /// Forgets past failures and starts again from the last epoch.
    func restart() async {
        await rewind()
        isPaused = false
        executor.wake()
    }

    /// The committed row of a key, and the epoch it is of.
    func row(_ key: String, of name: String) async throws(StageFailure) -> (row: RenderedRow?, epoch: Epoch) {
        let (scope, _) = try await committedRows()
        return (try scope.row(key, of: name), marker?.epoch ?? .none)
    }

    /// Committed rows in key order, and the epoch they are of.
    func rows(of name: String, prefix: String, limit: Int) async throws(StageFailure) -> (rows: [RenderedRow], hasMore: Bool, epoch: Epoch) {
        let (scope, _) = try await committedRows()
        let (rows, hasMore) = try scope.rows(of: name, prefix: prefix, limit: limit)
        return (rows, hasMore, marker?.epoch ?? .none)
    }

    /// What is committed, and what renders it.
    func committedRows() async throws(StageFailure) -> (scope: StateScope, store: any TaskStore) {
        await quiet()
        while case .recovering(let progress) = state, supervision.awaits == nil, progress.rows.of - progress.rows.read < StageTask.fewRows {
            await changed()
            await quiet()
        }
        switch state {
        case .running(let stage):
            try stage.scope.writeBehind()
            return (stage.scope, stage.store)
        case .recovering(let progress):
            let (read, all) = progress.rows
            throw StageFailure("reading state of \(id): the task recovers, \(read) of \(all) rows are read; try again", blame: .system)
        case .resting:
            throw StageFailure("reading state of \(id): the task is not running; see `linehaul jobs show \(id.job)`", blame: .system)
        }
    }

    /// A recovery that has no more rows than that to read is worth waiting for.
    private static let fewRows = 100_000

    /// The store with everything committed in it, whether the task runs or not.
    func committedStore() async throws(StageFailure) -> (store: any TaskStore, marker: Marker?) {
        await still()
        if case .running(let stage) = state {
            try stage.scope.writeBehind()
            return (stage.store, marker)
        }
        let restored = try await recover()
        return (restored.store, restored.marker)
    }

    /// Brings the store up to date without running. Nothing else may begin meanwhile.
    private func recover() async throws(StageFailure) -> TaskStart.Restored {
        let progress = RecoveryProgress()
        state = .recovering(progress)
        let outcome = await frame.restorers.run { [start = TaskStart(self, supervision, store, progress)] in
            Result { () throws(StageFailure) in try start.restored() }
        }
        rest(after: outcome)
        return try outcome.get()
    }

    /// Closes a paused task where it is, so that nothing of it can change or commit until `reload`.
    func rest() async throws(StageFailure) -> (store: any TaskStore, marker: Marker?) {
        let committed = try await committedStore()
        if case .running(let stage) = state { stage.close() }
        state = .resting
        return committed
    }

    /// Begins again with what the log has, past failures forgotten; paused, it stays so. Returns when it runs, or cannot.
    func reload() async {
        await rewind()
        start()
        await still()
    }
}
