internal import KeyedState
internal import RocksDB
internal import StreamCore
internal import Synchronization

/// One task's range of the state database.
final class RocksDBTaskStore: TaskStore {
    private let state: RocksDBState
    private let database: Database
    private let task: TaskID
    private let prefix: [UInt8]
    private let end: [UInt8]
    private let position: Mutex<Offset?>

    /// The key of the task's changelog position: above every state's name, whose length byte is at most 64.
    private var positionKey: [UInt8] { prefix + [0xff] }

    init(_ state: RocksDBState, _ database: Database, task: TaskID, number: UInt32) throws(StageFailure) {
        self.state = state
        self.database = database
        self.task = task
        prefix = RocksDBState.number(number)
        end = RocksDBState.number(number + 1)
        position = Mutex(nil)
        let stored = try reading { () throws(RocksDBFailure) in try database.value(for: prefix + [0xff]) }
        if let stored, stored.count == 8 {
            let number = stored.reduce(Int64(0)) { $0 << 8 | Int64($1) }
            position.withLock { $0 = Offset(number) }
        }
    }

    var changelogPosition: Offset? { position.withLock { $0 } }

    func withRow<Result>(
        _ key: [UInt8], _ body: (UnsafeRawBufferPointer?) throws(StageFailure) -> Result
    ) throws(StageFailure) -> Result {
        var outcome: Swift.Result<Result, StageFailure>?
        try reading { () throws(RocksDBFailure) in
            try unsafe database.withValue(for: prefix + key) { value in
                do throws(StageFailure) { outcome = .success(try unsafe body(value)) } catch { outcome = .failure(error) }
            }
        }
        guard let outcome else { return try body(nil) }
        return try outcome.get()
    }

    func scan(
        prefix wanted: [UInt8], from first: [UInt8], _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws(StageFailure) -> Bool
    ) throws(StageFailure) {
        let cursor = Cursor(over: database, lower: prefix + wanted, upper: positionKey)
        cursor.seek(prefix + first)
        let start = prefix.count
        while cursor.isValid {
            let goOn = try unsafe cursor.withKey { key throws(StageFailure) -> Bool in
                let key = unsafe UnsafeRawBufferPointer(rebasing: key[start...])
                guard unsafe key.starts(with: wanted) else { return false }
                return try unsafe cursor.withValue { value throws(StageFailure) in try unsafe body(key, value) }
            }
            if !goOn { return }
            cursor.next()
        }
        try reading { () throws(RocksDBFailure) in try cursor.check() }
    }

    func write(_ rows: RowWrites, changelogPosition: Offset?) throws(StageFailure) {
        var batch = WriteBatch()
        var key = prefix
        try unsafe rows.forEach { rowKey, value throws(StageFailure) in
            key.removeSubrange(prefix.count...)
            unsafe key.append(contentsOf: rowKey)
            unsafe key.withUnsafeBytes { key in
                if let value = unsafe value { unsafe batch.put(key, value) } else { unsafe batch.delete(key) }
            }
        }
        if let changelogPosition {
            var number = ByteWriter(capacity: 8)
            number.ordered(UInt64(bitPattern: changelogPosition.number))
            batch.put(positionKey, number.bytes)
        }
        try state.writing("writing state of \(task)") { () throws(RocksDBFailure) in try database.write(batch) }
        if let changelogPosition { position.withLock { $0 = changelogPosition } }
    }

    func clear() throws(StageFailure) {
        var batch = WriteBatch()
        batch.deleteRange(from: prefix, to: end)
        try state.writing("clearing state of \(task)") { () throws(RocksDBFailure) in
            try database.write(batch)
            // What is cleared must not come back after a crash: the changelog may have grown past its position by then, and nothing
            // would tell that it was of another log.
            try database.flush(wait: true)
        }
        position.withLock { $0 = nil }
    }

    private func reading<Result>(_ body: () throws(RocksDBFailure) -> Result) throws(StageFailure) -> Result {
        do throws(RocksDBFailure) {
            return try body()
        } catch {
            throw StageFailure("reading state of \(task): \(error)", blame: .system)
        }
    }
}
