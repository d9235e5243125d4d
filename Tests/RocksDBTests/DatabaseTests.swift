internal import Foundation
internal import RocksDB
internal import Testing

@Suite struct DatabaseTests {
    private func filled(_ path: String, _ options: DatabaseOptions = DatabaseOptions()) throws -> Database {
        let database = try Database(path, options: options)
        var batch = WriteBatch()
        for number in 0..<10 { batch.put([0, UInt8(number)], [UInt8](repeating: UInt8(number), count: number)) }
        try database.write(batch, sync: true)
        return database
    }

    @Test func `a written batch is read back, after a reopen too`() throws {
        let scratch = try Scratch()
        do {
            let database = try filled(scratch.path)
            #expect(try database.value(for: [0, 3]) == [3, 3, 3])
            #expect(try database.value(for: [0, 0]) == [])
            #expect(try database.value(for: [0, 99]) == nil)
        }
        #expect(try Database(scratch.path).value(for: [0, 3]) == [3, 3, 3])
    }

    @Test func `several values come in the order of their keys, with gaps where there are none`() throws {
        let scratch = try Scratch()
        let database = try filled(scratch.path)
        #expect(try database.values(for: [[0, 2], [9], [0, 0], [], [0, 1]]) == [[2, 2], nil, [], nil, [1]])
        #expect(try database.values(for: []) == [])
    }

    @Test func `a batch counts, deletes, deletes ranges and can be used again`() throws {
        let scratch = try Scratch()
        let database = try filled(scratch.path)
        var batch = WriteBatch()
        batch.delete([0, 1])
        batch.deleteRange(from: [0, 4], to: [0, 8])
        unsafe [UInt8](repeating: 7, count: 3).withUnsafeBytes { unsafe batch.put([0, 20], head: [1, 2], body: $0) }
        #expect(batch.count == 3)
        #expect(batch.byteCount > 12)
        try database.write(batch)
        #expect(try database.value(for: [0, 1]) == nil)
        #expect(try database.value(for: [0, 4]) == nil)
        #expect(try database.value(for: [0, 8])?.count == 8)
        #expect(try database.value(for: [0, 20]) == [1, 2, 7, 7, 7])
        batch.clear()
        #expect(batch.count == 0)
    }

    @Test func `a cursor walks both ways within its bounds`() throws {
        let scratch = try Scratch()
        let cursor = Cursor(over: try filled(scratch.path), lower: [0, 2], upper: [0, 6])
        var seen: [UInt8] = []
        cursor.seekToFirst()
        while cursor.isValid {
            unsafe cursor.withKey { unsafe seen.append($0[1]) }
            cursor.next()
        }
        try cursor.check()
        #expect(seen == [2, 3, 4, 5])
        cursor.seekForPrevious([0, 99])
        let last = unsafe cursor.withKey { unsafe $0[1] }
        #expect(last == 5)
        cursor.seek([0, 3])
        cursor.previous()
        let length = unsafe cursor.withValue { $0.count }
        #expect(length == 2)
    }

    @Test func `values of blob size survive a flush and are counted out of the sorted files`() throws {
        let scratch = try Scratch()
        var options = DatabaseOptions()
        options.cache = BlockCache(bytes: 1 << 20)
        options.minBlobSize = 4_096
        options.compression = .lz4
        options.bloomBits = 10
        let database = try Database(scratch.path, options: options)
        var batch = WriteBatch()
        for number in 0..<50 { batch.put([1, UInt8(number)], [UInt8](repeating: UInt8(number), count: 10_000)) }
        try database.write(batch)
        try database.flush(wait: true)
        #expect(try database.value(for: [1, 30]) == [UInt8](repeating: 30, count: 10_000))
        #expect(try database.approximateSize(from: [1], to: [2]) < 50_000)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).contains { $0.hasSuffix(".blob") })
    }

    @Test func `a second opening of the directory is refused as held`() throws {
        let scratch = try Scratch()
        let database = try filled(scratch.path)
        let failure = #expect(throws: RocksDBFailure.self) { try Database(scratch.path) }
        #expect(failure?.kind == .lockHeld)
        #expect(try database.value(for: [0, 1]) == [1])
    }

    @Test func `what is written without the write-ahead log survives a checkpoint`() throws {
        let scratch = try Scratch()
        var options = DatabaseOptions()
        options.isWALDisabledByDefault = true
        let database = try filled(scratch.path + "/a", options)
        try database.checkpoint(to: scratch.path + "/b")
        #expect(try Database(scratch.path + "/b").value(for: [0, 9])?.count == 9)
    }

    @Test func `a damaged manifest is a corruption`() throws {
        let scratch = try Scratch()
        do { _ = try filled(scratch.path) }
        try Data("nonsense\n".utf8).write(to: URL(fileURLWithPath: scratch.path + "/CURRENT"))
        #expect(throws: RocksDBFailure.self) { try Database(scratch.path) }
    }
}
