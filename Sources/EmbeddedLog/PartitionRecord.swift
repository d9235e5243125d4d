internal import StreamCore

/// Where a partition begins and ends and how large it is: written in the same batch as everything that changes it.
struct PartitionRecord {
    /// The first offset retained.
    var start = Offset.zero
    /// After the last committed record.
    var end = Offset.zero
    /// The stored size of its batches.
    var bytes = 0
    var newest = EventTime.distantPast
    /// Below this offset every key stands once: where the last compaction ended.
    var cleaned = Offset.zero
    /// The stored size of the batches from `cleaned` on.
    var dirtyBytes = 0
    /// When the oldest tombstone that the last compaction kept was appended; the end of time when it kept none.
    var oldestTombstone = EventTime.distantFuture

    init() {}

    var encoded: [UInt8] {
        var writer = ByteWriter(capacity: 56)
        writer.word(start.number)
        writer.word(end.number)
        writer.word(Int64(bytes))
        writer.word(newest.microseconds)
        writer.word(cleaned.number)
        writer.word(Int64(dirtyBytes))
        writer.word(oldestTombstone.microseconds)
        return writer.bytes
    }

    init(_ reader: inout ByteReader) throws(DecodeFailure) {
        start = Offset(try reader.word())
        end = Offset(try reader.word())
        bytes = Int(try reader.word(Int64.self))
        newest = EventTime(microseconds: try reader.word())
        cleaned = Offset(try reader.word())
        dirtyBytes = Int(try reader.word(Int64.self))
        oldestTombstone = EventTime(microseconds: try reader.word())
        guard start >= .zero, start <= end, bytes >= 0 else { throw DecodeFailure("a partition from \(start) to \(end) of \(bytes) bytes") }
    }
}
