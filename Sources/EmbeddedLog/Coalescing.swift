internal import StreamCore

/// When small batches are handed out as one: joining costs a copy, a batch costs its reader a few microseconds.
enum Coalescing {
    /// A batch from this size on travels alone; the same size from which values lie in blob files.
    static let large = 4_096
    /// Enough joined bytes for any reader.
    static let enough = 256 << 10

    static func joins(_ next: Int, to total: Int, upTo bytes: Int) -> Bool {
        next < large && total + next <= min(max(bytes, large), enough)
    }

    /// How many offsets a joined batch may span: far below what a batch's 32-bit deltas hold.
    static let span = Int64(Int32.max)

    /// One batch of the records of `batches` from `position` on, at their own offsets; the very batch where nothing is to be cut or joined.
    static func join(_ batches: some Collection<RecordBatch>, from position: Offset) -> RecordBatch? {
        guard let first = batches.first else { return nil }
        if batches.count == 1, first.base >= position { return first }
        let start = max(first.base, position)
        var builder = BatchBuilder(capacity: batches.reduce(64) { $0 + $1.byteCount }, base: start)
        for batch in batches {
            for index in 0..<batch.count where batch.offset(index) >= start { builder.append(index, of: batch, keepingOffset: true) }
        }
        return builder.finish()
    }
}
