public import KeyedState
public import RocksDB
public import StreamCore
internal import Synchronization

/// The state of all tasks of a process in one RocksDB, without a write-ahead log: the changelog makes epochs durable, this only trails it.
///
/// A row's key is `task u32 | state's name | key`, so a task's rows are one range. Each write carries the task's changelog position, so what
/// survives a crash is a consistent older epoch (design.md section 4).
public final class RocksDBState: StateBackend {
    private struct Tasks {
        var numbers: [TaskID: UInt32] = [:]
        var next: UInt32 = 1
    }

    private let database: Database
    private let tasks: Mutex<Tasks>
    private let refused = Mutex<String?>(nil)

    /// Opens or creates the state directory. `cache` is shared with the log, so one budget covers all blocks.
    public init(_ directory: String, cache: BlockCache, writeBuffer: Int = 64 << 20) throws(StageFailure) {
        var options = DatabaseOptions()
        options.cache = cache
        options.writeBufferSize = writeBuffer
        options.bloomBits = 10
        options.isIndexPartitioned = true
        options.isWALDisabledByDefault = true
        do throws(RocksDBFailure) {
            let database = try Database(directory, options: options)
            self.database = database
            tasks = Mutex(try RocksDBState.readTasks(database))
        } catch {
            throw StageFailure(
                "opening state directory \(directory): \(error); the changelogs hold everything in it: move the directory aside and start "
                    + "again to rebuild it", blame: .system, remedy: .stop)
        }
    }

    /// Rows of task number 0 are the names of the others.
    private static func readTasks(_ database: Database) throws(RocksDBFailure) -> Tasks {
        var tasks = Tasks()
        let cursor = Cursor(over: database, lower: number(0), upper: number(1))
        cursor.seekToFirst()
        while cursor.isValid {
            let name = unsafe cursor.withKey { unsafe Array($0.dropFirst(4)) }
            let value = unsafe cursor.withValue { unsafe Array($0) }
            if let id = TaskID(name), value.count == 4 {
                let number = value.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
                tasks.numbers[id] = number
                tasks.next = max(tasks.next, number + 1)
            }
            cursor.next()
        }
        try cursor.check()
        return tasks
    }

    static func number(_ number: UInt32) -> [UInt8] {
        var writer = ByteWriter(capacity: 4)
        writer.ordered(number)
        return writer.bytes
    }

    /// Why it took nothing when it was last given something; `nil` while it takes what comes. Any thread may ask, at any time.
    public var trouble: String? { refused.withLock { $0 } }

    public func open(_ task: TaskID) throws(StageFailure) -> any TaskStore {
        let number = try number(of: task)
        return try RocksDBTaskStore(self, database, task: task, number: number)
    }

    private func number(of task: TaskID) throws(StageFailure) -> UInt32 {
        if let known = tasks.withLock({ $0.numbers[task] }) { return known }
        let number = tasks.withLock { tasks in
            let number = tasks.next
            tasks.numbers[task] = number
            tasks.next += 1
            return number
        }
        try writing("naming task \(task)") { () throws(RocksDBFailure) in
            var batch = WriteBatch()
            batch.put(RocksDBState.number(0) + Array("\(task)".utf8), RocksDBState.number(number))
            try database.write(batch)
        }
        return number
    }

    public func flush(waiting: Bool) throws(StageFailure) {
        do throws(RocksDBFailure) {
            // That a flush has begun proves nothing yet.
            try database.flush(wait: waiting)
        } catch {
            throw failure("flushing state", error)
        }
    }

    public func remove(_ task: TaskID) throws(StageFailure) {
        guard let number = tasks.withLock({ $0.numbers[task] }) else { return }
        try writing("removing the state of \(task)") { () throws(RocksDBFailure) in
            var batch = WriteBatch()
            batch.deleteRange(from: RocksDBState.number(number), to: RocksDBState.number(number + 1))
            try database.write(batch)
        }
    }

    public var size: (disk: Int, memory: Int) {
        let disk = database.property("rocksdb.total-sst-files-size").flatMap { Int($0) } ?? 0
        let memory = database.property("rocksdb.cur-size-all-mem-tables").flatMap { Int($0) } ?? 0
        return (disk, memory)
    }

    /// Runs a write, whose end says whether anything is taken.
    func writing(_ what: String, _ body: () throws(RocksDBFailure) -> Void) throws(StageFailure) {
        do throws(RocksDBFailure) {
            try body()
            refused.withLock { $0 = nil }
        } catch {
            throw failure(what, error)
        }
    }

    private func failure(_ what: String, _ failure: RocksDBFailure) -> StageFailure {
        let reason = "\(what): \(failure)"
        refused.withLock { $0 = reason }
        return StageFailure(reason, blame: .system)
    }
}

extension TaskID {
    /// Reads `job/stage/3` back.
    init?(_ text: [UInt8]) {
        let parts = String(decoding: text, as: UTF8.self).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, let number = Int(parts[2]), number >= 0 else { return nil }
        self.init(job: String(parts[0]), stage: String(parts[1]), partition: Partition(number))
    }
}
