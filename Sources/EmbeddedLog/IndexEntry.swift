internal import StreamCore

/// What is known of a stored batch without reading it: retention, searches by time and compaction walk these, tens of bytes each.
struct IndexEntry {
    let base: Offset
    /// Where the following batch begins.
    let next: Offset
    /// The stored size in bytes.
    let bytes: Int
    let records: Int
    /// The newest event time in it.
    let newest: EventTime
    /// When it was appended: what the age of tombstones is counted from.
    let written: EventTime

    var encoded: [UInt8] {
        var writer = ByteWriter(capacity: 32)
        writer.word(UInt64(bitPattern: next.number))
        writer.word(UInt32(clamping: bytes))
        writer.word(UInt32(clamping: records))
        writer.word(newest.microseconds)
        writer.word(written.microseconds)
        return writer.bytes
    }

    init(base: Offset, next: Offset, bytes: Int, records: Int, newest: EventTime, written: EventTime) {
        self.base = base
        self.next = next
        self.bytes = bytes
        self.records = records
        self.newest = newest
        self.written = written
    }

    init(base: Offset, _ reader: inout ByteReader) throws(DecodeFailure) {
        self.base = base
        next = Offset(Int64(bitPattern: try reader.word(UInt64.self)))
        bytes = Int(try reader.word(UInt32.self))
        records = Int(try reader.word(UInt32.self))
        newest = EventTime(microseconds: try reader.word())
        written = EventTime(microseconds: try reader.word())
        guard next > base else { throw DecodeFailure("an index entry at \(base) whose next offset is \(next)") }
    }
}
