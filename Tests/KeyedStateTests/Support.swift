internal import KeyedState
internal import RocksDB
internal import RocksDBState
internal import StreamCore
internal import StreamTesting

/// Stores that the same tests run over.
enum StoreKind: CaseIterable, Sendable {
    case memory
    case rocksDB

    func open(in directory: ScratchDirectory) throws -> any TaskStore {
        switch self {
        case .memory: MemoryStore()
        case .rocksDB: try RocksDBState(directory.child("state"), cache: BlockCache(bytes: 1 << 20), writeBuffer: 64 << 10)
                .open(TaskID(job: "test", stage: "model", partition: Partition(0)))
        }
    }
}

extension StateScope {
    /// Ends the epoch as a task does: every change, and a record in a marker's place.
    func freezeEpoch() -> RecordBatch {
        var builder = BatchBuilder()
        return freeze(&builder) { builder in
            builder.append(key: Marker.key, value: [1], time: EventTime(microseconds: 0))
            return builder.finish()
        }
    }
}

/// Applies committed epochs to a store from the first on, as a recovery does: the last word on each key counts.
func replay(_ changelog: [RecordBatch], into store: any TaskStore) throws {
    var rows = RowWrites()
    for batch in changelog { for index in 0..<batch.count { rows.set(index, of: batch) } }
    try store.write(rows, changelogPosition: Offset(0).advanced(by: changelog.reduce(0) { $0 + $1.count }))
}
