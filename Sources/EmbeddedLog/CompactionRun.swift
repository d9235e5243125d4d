internal import StreamCore

/// Neighbouring batches that compaction makes one of. It covers their offsets, gaps included, so that readers can tell a gap from a loss.
struct CompactionRun {
    private(set) var entries: [IndexEntry] = []
    private(set) var builder: BatchBuilder
    private var age: Int64?
    private(set) var isChanged = false
    private(set) var hasTombstones = false
    /// When the youngest of its batches was appended.
    private(set) var written = EventTime.distantPast

    init(from base: Offset) { builder = BatchBuilder(capacity: 64 << 10, base: base) }

    /// Where the batch behind the run begins.
    var next: Offset? { entries.last?.next }

    /// Whether a batch of that entry may join. Batches whose tombstones go at about the same time stay together; none grows past reason.
    func takes(_ entry: IndexEntry, age: Int64) -> Bool {
        guard let own = self.age, let first = entries.first else { return true }
        return own == age && builder.byteCount + entry.bytes <= Self.enough && entry.next.number - first.base.number < Int64(Int32.max)
    }

    mutating func add(_ entry: IndexEntry, _ batch: RecordBatch, age: Int64, where keeps: (Int) -> Bool) {
        self.age = age
        if !entries.isEmpty { isChanged = true }
        entries.append(entry)
        written = max(written, entry.written)
        for index in 0..<batch.count {
            guard keeps(index) else {
                isChanged = true
                continue
            }
            builder.append(index, of: batch, keepingOffset: true)
            if batch.isTombstone(index) { hasTombstones = true }
        }
    }

    /// A batch of this size is not joined with others.
    private static let enough = 256 << 10
}
