internal import StreamCore

/// A batch as the database has it: `check u64 | next u64 | the batch's stored form`.
///
/// `next` is where the following batch begins, which after compaction may be further than the last record. The check covers key, `next`
/// and bytes, so that a value found under the wrong key or damaged on its way is never taken for the batch.
struct StoredBatch {
    let batch: RecordBatch
    let next: Offset

    static let headSize = 16

    static func head(key: [UInt8], next: Offset, bodyHash: UInt64) -> [UInt8] {
        var writer = ByteWriter(capacity: headSize)
        writer.word(check(key: key, next: next, bodyHash: bodyHash))
        writer.word(UInt64(bitPattern: next.number))
        return writer.bytes
    }

    init(key: [UInt8], base: Offset, value: UnsafeRawBufferPointer) throws(DecodeFailure) {
        guard value.count >= Self.headSize else { throw DecodeFailure("a stored batch of \(value.count) bytes") }
        let stored = UInt64(littleEndian: unsafe value.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
        next = Offset(Int64(bitPattern: UInt64(littleEndian: unsafe value.loadUnaligned(fromByteOffset: 8, as: UInt64.self))))
        let body = unsafe UnsafeRawBufferPointer(rebasing: value[Self.headSize...])
        guard stored == Self.check(key: key, next: next, bodyHash: unsafe xxh3(body)) else {
            throw DecodeFailure("its checksum does not match its \(value.count) bytes")
        }
        batch = try unsafe BatchFormat.decode(body, base: base)
        guard batch.next <= next else { throw DecodeFailure("a batch that reaches past the next one") }
    }

    private static func check(key: [UInt8], next: Offset, bodyHash: UInt64) -> UInt64 {
        var writer = ByteWriter(capacity: key.count + 16)
        writer.raw(key)
        writer.word(next.number)
        writer.word(bodyHash)
        return xxh3(writer.bytes)
    }
}
