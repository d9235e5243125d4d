internal import EventLog
internal import RocksDB
internal import StreamCore
internal import Synchronization

/// An open log: its database and what memory knows of it. Readers and writers hold it, so the directory is held until the last is gone.
final class LogCore: Sendable {
    // ORDER: the database closes before the lock is let go; deinit order follows the `close` of the database's last reference.
    let database: Database
    private let lock: DirectoryLock
    private let mark: CommitMark
    let directory: String
    let settings: EmbeddedLogSettings
    let clock: @Sendable () -> EventTime
    let catalogue: Catalogue
    let queue = CommitQueue()
    let recovery: RecoveryReport
    /// Held by whoever changes the database: a group's leader, retention, compaction, changes of topics.
    let writing: Mutex<WritingState>
    /// Held for the length of a round of maintenance: the compaction under way.
    let maintaining = Mutex<CompactionPass?>(nil)

    /// What only the holder of the writing lock touches.
    struct WritingState: ~Copyable {
        var batch = WriteBatch()
        /// The number of the newest commit.
        var commit: UInt64
        /// The memtable's worth being written, and how many bytes it has.
        var era: Era
        var nextTopic: UInt32
        /// The newest generation of each writer's name.
        var writers: [String: Generation] = [:]
        /// Batches kept in memory for followers, oldest first.
        var kept = KeptBatches()
        /// Why nothing may be written any more: a write failed, and only the next opening can tell what reached the disk.
        var poison: LogFailure?
        /// Dead bytes since the last time files were rewritten for their sake.
        var deadBytes = 0
    }

    init(
        database: Database, lock: DirectoryLock, mark: CommitMark, directory: String, settings: EmbeddedLogSettings,
        clock: @escaping @Sendable () -> EventTime, loaded: LoadedLog, recovery: RecoveryReport
    ) {
        self.database = database
        self.lock = lock
        self.mark = mark
        self.directory = directory
        self.settings = settings
        self.clock = clock
        self.recovery = recovery
        catalogue = Catalogue(loaded.topics)
        writing = Mutex(
            WritingState(
                commit: loaded.commit, era: Era(number: loaded.era + 1, isAnnounced: false, bytes: 0),
                nextTopic: (loaded.topics.map(\.id).max() ?? 0) + 1))
    }

    /// Applies `changes` as one commit, outside the groups: topics, retention, compaction. `publish` then shows it to readers, before
    /// anybody else may write. Changes that return `false` are not written.
    func write(
        _ doing: String, sync: Bool, _ changes: (inout WritingState) throws(LogFailure) -> Bool, publish: () -> Void
    ) throws(LogFailure) {
        try writing.withLock { state throws(LogFailure) in
            try begin(&state)
            guard try changes(&state) else { return }
            try finish(&state, sync: sync, doing)
            publish()
        }
    }

    /// Empties the batch and begins a new era when the memtable is full.
    func begin(_ state: inout WritingState) throws(LogFailure) {
        if let poison = state.poison { throw poison }
        state.batch.clear()
        if state.era.bytes >= settings.memtableBytes { try beginEra(&state) }
    }

    /// Sends the memtable to disk and begins the next era with an empty one.
    func beginEra(_ state: inout WritingState) throws(LogFailure) {
        try stored("writing log \(directory)") { () throws(RocksDBFailure) in try database.flush(wait: false) }
        state.era = Era(number: state.era.number + 1, isAnnounced: false, bytes: 0)
    }

    /// Writes the batch, with the number of its commit.
    func finish(_ state: inout WritingState, sync: Bool, _ doing: String) throws(LogFailure) {
        let commit = state.commit + 1
        if !state.era.isAnnounced {
            state.batch.put(LogKey.era(state.era.number), Era.encode(first: commit))
            if state.era.number > Era.kept { state.batch.delete(LogKey.era(state.era.number - Era.kept)) }
        }
        state.batch.put(LogKey.head, Era.encode(first: commit))
        do {
            try database.write(state.batch, sync: sync)
        } catch {
            let failure = LogFailure(error, doing)
            state.poison = LogFailure(
                failure.kind == .full ? .full : .unavailable,
                "an earlier write failed, so nothing more is written until a restart: \(failure.reason)")
            // A record that could not be appended whole is not found again; one that could not be synced may be.
            let isCertain = failure.kind == .full && error.message.contains("While appending")
            throw LogFailure(isCertain ? .full : .unknown, failure.reason)
        }
        state.commit = commit
        if sync || settings.durability == .os { mark.write(commit) }
        state.era.isAnnounced = true
        state.era.bytes += state.batch.byteCount
    }
}
