internal import EventLog
internal import RocksDB
internal import StreamCore

extension LogCore {
    /// Opens the log in `directory`, creating it where there is none: lock, format, database, then what the database holds.
    static func open(
        _ directory: String, settings: EmbeddedLogSettings, clock: @escaping @Sendable () -> EventTime
    ) throws(LogFailure) -> LogCore {
        try SystemFile.createDirectory(directory)
        let lock = try DirectoryLock(directory, at: clock())
        let mayCreate = try DirectoryFormat.mayCreate(in: directory)
        let mark = try CommitMark(directory)
        var (database, dropped) = try openDatabase(directory, settings, mayCreate: mayCreate)
        let loaded = try LoadedLog(database, directory)
        if mark.found > loaded.commit, !mayCreate {
            guard loaded.commit > 0 else {
                throw LogFailure(
                    .damaged,
                    "opening log directory \(directory): it holds nothing, though \(mark.found) commits had been acknowledged: its "
                        + "MANIFEST or its write-ahead logs (*.log) were lost; \(LogFailure.damageAdvice)")
            }
            dropped = (dropped.map { $0 + "; " } ?? "") + "commits \(loaded.commit + 1) to \(mark.found) had been acknowledged and are gone"
        }
        if mayCreate { try DirectoryFormat.finish(directory) }
        let core = LogCore(
            database: database, lock: lock, mark: mark, directory: directory, settings: settings, clock: clock, loaded: loaded,
            recovery: RecoveryReport(commits: loaded.commit, droppedTail: dropped))
        do {
            try core.verifyNewest(settings.verifiedBytes)
        } catch {
            throw LogFailure(error.kind, "opening log directory \(directory): \(error.reason)")
        }
        return core
    }

    /// A write-ahead log that is whole opens at once. One that is not is opened up to its first damage, and that is said.
    private static func openDatabase(
        _ directory: String, _ settings: EmbeddedLogSettings, mayCreate: Bool
    ) throws(LogFailure) -> (database: Database, dropped: String?) {
        let path = "\(directory)/\(databaseName)"
        var options = DatabaseOptions()
        options.cache = settings.cache
        options.createsIfMissing = mayCreate
        options.minBlobSize = Coalescing.large
        // Eras end before RocksDB would end a memtable by itself, so that one is never split over two.
        options.writeBufferSize = settings.memtableBytes * 2 + (64 << 20)
        options.maxWriteBuffers = 4
        options.bloomBits = 10
        options.walRecovery = .wholeOnly
        if !mayCreate { try DatabaseFiles.check(path, opening: directory) }
        do {
            return (try Database(path, options: options), nil)
        } catch {
            guard error.kind == .corruption || error.kind == .other else { throw refusal(error, directory) }
            options.walRecovery = .upToFirstDamage
            let logs = SystemFile.list(path).filter { $0.hasSuffix(".log") }.map { "\(path)/\($0)" }.joined(separator: ", ")
            do {
                return (try Database(path, options: options), "\(error.message), in \(logs)")
            } catch {
                throw refusal(error, directory)
            }
        }
    }

    private static func refusal(_ failure: RocksDBFailure, _ directory: String) -> LogFailure {
        let file = DatabaseFiles.named(in: failure.message) == nil ? " (in \(DatabaseFiles.manifest("\(directory)/\(databaseName)")))" : ""
        return LogFailure(RocksDBFailure(failure.kind, failure.message + file), "opening log directory \(directory)")
    }

    /// Where RocksDB's own files lie.
    var databasePath: String { "\(directory)/\(Self.databaseName)" }

    /// The folder of a log directory that RocksDB has for itself.
    private static let databaseName = "rocksdb"
}
