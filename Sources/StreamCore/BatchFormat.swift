/// The stored form of a batch, version 1, little-endian:
/// `1, 0, 0, 0 | count u32 | newest time i64` and for each record
/// `time i64 | offset delta u32 | key length i32 (−1 none) | headers length u32 | value length i32 (−1 tombstone) | key | headers | value`.
///
/// It holds no base offset, so the log can place a finished batch anywhere without touching its bytes. Checksums are the store's.
public enum BatchFormat {
    /// Bytes that follow the stored form in memory (simdjson's `SIMDJSON_PADDING`).
    public static let padding = 64
    static let headerSize = 16
    static let recordHeaderSize = 24
    static let version: UInt8 = 1

    /// Reads a stored batch back: one copy of the bytes, every length checked.
    public static func decode(_ stored: UnsafeRawBufferPointer, base: Offset) throws(DecodeFailure) -> RecordBatch {
        guard stored.count >= headerSize else { throw DecodeFailure("a batch of \(stored.count) bytes") }
        guard unsafe stored[0] == version else { throw unsafe DecodeFailure("a batch of version \(stored[0]); this program reads \(version)") }
        let count = Int(unsafe word(stored, 4, UInt32.self))
        guard count <= (stored.count - headerSize) / recordHeaderSize else {
            throw DecodeFailure("a batch that says it holds \(count) records in \(stored.count) bytes")
        }
        var entries: [RecordBatch.Entry] = []
        entries.reserveCapacity(count)
        var at = headerSize
        var previous = -1
        for index in 0..<count {
            guard stored.count - at >= recordHeaderSize else { throw DecodeFailure("a batch cut off in record \(index) of \(count)") }
            let entry = RecordBatch.Entry(
                time: EventTime(microseconds: unsafe word(stored, at, Int64.self)), start: UInt32(at + recordHeaderSize),
                delta: unsafe word(stored, at + 8, UInt32.self), keyLength: unsafe word(stored, at + 12, Int32.self),
                headersLength: unsafe word(stored, at + 16, UInt32.self), valueLength: unsafe word(stored, at + 20, Int32.self))
            guard entry.keyLength >= -1, entry.valueLength >= -1, Int(entry.delta) > previous, entry.end <= stored.count else {
                throw DecodeFailure("a batch with impossible lengths in record \(index) of \(count)")
            }
            previous = Int(entry.delta)
            at = entry.end
            entries.append(entry)
        }
        guard at == stored.count else { throw DecodeFailure("a batch with \(stored.count - at) bytes after its last record") }
        let arena = unsafe [UInt8](unsafeUninitializedCapacity: stored.count + padding) { buffer, filled in
            unsafe UnsafeMutableRawBufferPointer(buffer).copyMemory(from: stored)
            for index in stored.count..<stored.count + padding { unsafe buffer[index] = 0 }
            filled = stored.count + padding
        }
        return RecordBatch(base: base, arena: arena, entries: entries)
    }

    /// The newest event time of a stored batch without decoding it: what a search by time looks at.
    public static func newestTime(_ stored: UnsafeRawBufferPointer) throws(DecodeFailure) -> EventTime {
        guard stored.count >= headerSize else { throw DecodeFailure("a batch of \(stored.count) bytes") }
        return EventTime(microseconds: unsafe word(stored, 8, Int64.self))
    }

    /// How many records a stored batch says it holds, without decoding it.
    public static func recordCount(_ stored: UnsafeRawBufferPointer) throws(DecodeFailure) -> Int {
        guard stored.count >= headerSize else { throw DecodeFailure("a batch of \(stored.count) bytes") }
        return Int(unsafe word(stored, 4, UInt32.self))
    }

    private static func word<Word: FixedWidthInteger & BitwiseCopyable>(_ bytes: UnsafeRawBufferPointer, _ at: Int, _: Word.Type) -> Word {
        Word(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: at, as: Word.self))
    }
}
