internal import StreamCore
internal import StreamTesting
internal import Testing

@Suite struct BatchTests {
    static func batch(_ seed: UInt64) -> (records: [Record], batch: RecordBatch) {
        var random = SeededGenerator(seed: seed)
        let records = (0..<Int.random(in: 0...30, using: &random)).map { _ in
            Record(
                key: random.chance(0.2) ? nil : random.bytes(Int.random(in: 0...20, using: &random)),
                value: random.chance(0.2) ? nil : random.bytes(Int.random(in: 0...200, using: &random)),
                headers: (0..<Int.random(in: 0...3, using: &random)).map { Header("h\($0)", random.chance(0.3) ? nil : random.bytes(3)) },
                time: EventTime(microseconds: Int64.random(in: Int64.min...Int64.max, using: &random)))
        }
        var builder = BatchBuilder()
        for record in records { builder.append(record) }
        return (records, builder.finish())
    }

    static func stored(_ batch: RecordBatch) -> [UInt8] { unsafe batch.withStoredBytes { unsafe Array($0) } }

    static func decode(_ bytes: [UInt8]) throws(DecodeFailure) -> RecordBatch {
        try unsafe bytes.withUnsafeBufferPointer { pointer throws(DecodeFailure) in
            try unsafe BatchFormat.decode(UnsafeRawBufferPointer(pointer), base: Offset(7))
        }
    }

    @Test(arguments: 0..<60) func `a batch read back holds what was put in`(seed: UInt64) throws {
        let (records, batch) = Self.batch(seed)
        let again = try Self.decode(Self.stored(batch))
        #expect(batch.records == records)
        #expect(again.records == records)
        #expect(again.next == Offset(7).advanced(by: records.count))
    }

    @Test(arguments: 0..<8) func `a batch cut off anywhere is refused`(seed: UInt64) {
        let bytes = Self.stored(Self.batch(seed).batch)
        for length in 0..<bytes.count { #expect(throws: DecodeFailure.self) { try Self.decode(Array(bytes.prefix(length))) } }
        #expect(throws: DecodeFailure.self) { try Self.decode(bytes + [0]) }
    }

    @Test(arguments: 0..<8) func `a batch with a changed byte is refused or can be read whole`(seed: UInt64) {
        let bytes = Self.stored(Self.batch(seed).batch)
        for index in bytes.indices {
            for flip in [UInt8(1), 0x80, 0xff] {
                var changed = bytes
                changed[index] ^= flip
                guard let batch = try? Self.decode(changed) else { continue }
                #expect(batch.records.count == batch.count)
            }
        }
    }

    @Test func `compaction keeps each record at its own offset`() throws {
        let (records, batch) = Self.batch(3)
        try #require(records.count > 4)
        var builder = BatchBuilder(base: batch.base)
        for index in stride(from: 1, to: batch.count, by: 2) { builder.append(index, of: batch, keepingOffset: true) }
        let kept = builder.finish()
        #expect((0..<kept.count).map { kept.offset($0) } == stride(from: 1, to: batch.count, by: 2).map { batch.offset($0) })
        #expect(try Self.decode(Self.stored(kept)).records == kept.records)
    }
}
