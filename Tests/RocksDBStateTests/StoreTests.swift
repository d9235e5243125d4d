internal import KeyedState
internal import RocksDB
internal import RocksDBState
internal import StreamCore
internal import StreamTesting
internal import Testing

/// The promises of `TaskStore`, asked of both stores.
@Suite struct StoreTests {
    static let task = TaskID(job: "job", stage: "stage", partition: Partition(3))

    enum Kind: CaseIterable, Sendable {
        case memory
        case rocksDB
        func backend(_ directory: ScratchDirectory) throws -> any StateBackend {
            switch self {
            case .memory: MemoryBackend()
            case .rocksDB: try Self.state(directory)
            }
        }
        static func state(_ directory: ScratchDirectory) throws -> RocksDBState {
            try RocksDBState(directory.child("state"), cache: BlockCache(bytes: 1 << 20))
        }
    }

    static func rows(_ rows: [([UInt8], [UInt8]?)]) -> RowWrites {
        var writes = RowWrites()
        for (key, value) in rows {
            unsafe key.withUnsafeBytes { key in
                if let value { unsafe value.withUnsafeBytes { unsafe writes.set(key, to: $0) } } else { unsafe writes.set(key, to: nil) }
            }
        }
        return writes
    }

    static func all(_ store: any TaskStore, prefix: [UInt8] = [], from first: [UInt8] = []) throws -> [[UInt8]] {
        var found: [[UInt8]] = []
        try unsafe store.scan(prefix: prefix, from: first) { key, value throws(StageFailure) in
            unsafe found.append(Array(key))
            return true
        }
        return found
    }

    @Test(arguments: Kind.allCases) func `a new store has no position and no rows`(kind: Kind) throws {
        let directory = try ScratchDirectory()
        let backend = try kind.backend(directory)
        let store = try backend.open(Self.task)
        #expect(store.changelogPosition == nil)
        #expect(try Self.all(store).isEmpty)
        #expect(try unsafe store.withRow([1]) { unsafe $0 == nil })
    }

    @Test(arguments: Kind.allCases) func `rows come in key order, from a prefix and a first key on`(kind: Kind) throws {
        let directory = try ScratchDirectory()
        let backend = try kind.backend(directory)
        let store = try backend.open(Self.task)
        let keys: [[UInt8]] = [[1], [1, 0], [1, 5], [1, 0xff], [2], [2, 7]]
        try store.write(Self.rows(keys.reversed().map { ($0, $0) }), changelogPosition: Offset(4))
        #expect(try Self.all(store, prefix: [1]) == Array(keys[..<4]))
        #expect(try Self.all(store, prefix: [1], from: [1, 1]) == Array(keys[2..<4]))
        #expect(try Self.all(store, prefix: [2], from: [2]) == Array(keys[4...]))
        #expect(store.changelogPosition == Offset(4))
    }

    @Test(arguments: Kind.allCases) func `a scan ends when it is told to`(kind: Kind) throws {
        let directory = try ScratchDirectory()
        let backend = try kind.backend(directory)
        let store = try backend.open(Self.task)
        try store.write(Self.rows((0..<9).map { ([1, $0], [$0]) }), changelogPosition: Offset(1))
        var seen = 0
        try unsafe store.scan(prefix: [1], from: [1]) { _, _ throws(StageFailure) in
            seen += 1
            return seen < 3
        }
        #expect(seen == 3)
    }

    @Test(arguments: Kind.allCases) func `the last write of a row wins, and a deleted one is gone`(kind: Kind) throws {
        let directory = try ScratchDirectory()
        let backend = try kind.backend(directory)
        let store = try backend.open(Self.task)
        try store.write(Self.rows([([1], [1]), ([1], [2]), ([2], [1]), ([2], nil), ([3], [])]), changelogPosition: Offset(1))
        #expect(try unsafe store.withRow([1]) { unsafe $0.map { unsafe Array($0) } } == [2])
        #expect(try unsafe store.withRow([2]) { unsafe $0 == nil })
        #expect(try unsafe store.withRow([3]) { unsafe $0?.count } == 0)
    }

    @Test(arguments: Kind.allCases) func `clearing forgets rows and position`(kind: Kind) throws {
        let directory = try ScratchDirectory()
        let backend = try kind.backend(directory)
        let store = try backend.open(Self.task)
        try store.write(Self.rows([([1], [1])]), changelogPosition: Offset(8))
        try store.clear()
        #expect(store.changelogPosition == nil)
        #expect(try Self.all(store).isEmpty)
    }

    @Test func `tasks do not see each other's rows`() throws {
        let directory = try ScratchDirectory()
        let state = try Kind.state(directory)
        let tasks = try (0..<3).map { try state.open(TaskID(job: "job", stage: "stage", partition: Partition($0))) }
        for (index, store) in tasks.enumerated() { try store.write(Self.rows([([1], [UInt8(index)])]), changelogPosition: Offset(Int64(index))) }
        try tasks[1].clear()
        #expect(try Self.all(tasks[0]) == [[1]])
        #expect(try Self.all(tasks[1]).isEmpty)
        #expect(try Self.all(tasks[2]) == [[1]])
    }

    @Test func `what was flushed is there after a start, position and rows of one write together`() throws {
        let directory = try ScratchDirectory()
        do {
            let state = try Kind.state(directory)
            let store = try state.open(Self.task)
            try store.write(Self.rows([([1], [1])]), changelogPosition: Offset(-5))
            try store.write(Self.rows([([2], [2])]), changelogPosition: Offset(1 << 40))
            try state.flush(waiting: true)
        }
        let store = try Kind.state(directory).open(Self.task)
        #expect(store.changelogPosition == Offset(1 << 40))
        #expect(try Self.all(store) == [[1], [2]])
    }

    @Test func `what was not flushed is gone as a whole after a power loss`() throws {
        let directory = try ScratchDirectory()
        let state = try Kind.state(directory)
        let store = try state.open(Self.task)
        try store.write(Self.rows([([1], [1])]), changelogPosition: Offset(3))
        try state.flush(waiting: true)
        try store.write(Self.rows([([1], [9]), ([2], [9])]), changelogPosition: Offset(6))
        let copy = try directory.copy()
        let found = try Kind.state(copy).open(Self.task)
        #expect(found.changelogPosition == Offset(3))
        #expect(try Self.all(found) == [[1]])
        #expect(try unsafe found.withRow([1]) { unsafe $0.map { unsafe Array($0) } } == [1])
    }

    @Test func `a task removed begins anew`() throws {
        let directory = try ScratchDirectory()
        let state = try Kind.state(directory)
        try state.open(Self.task).write(Self.rows([([1], [1])]), changelogPosition: Offset(3))
        try state.remove(Self.task)
        let store = try state.open(Self.task)
        #expect(store.changelogPosition == nil)
        #expect(try Self.all(store).isEmpty)
    }
}
