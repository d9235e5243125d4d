internal import EventLog
internal import StreamCore

/// One compaction of one partition, in steps of bounded size: first it learns the last offset of every key in the part written since the
/// last compaction, then it rewrites everything up to there without what those keys supersede.
///
/// Each step is a commit of its own and correct by itself: a record goes only because a later one of its key is committed. A crash
/// between steps loses nothing but the work of learning.
struct CompactionPass {
    let partition: PartitionState
    /// How long tombstones stay, counted from their append.
    let tombstones: EventTime.Span
    /// Up to where this pass compacts: the keys below are in `lastOffsets`.
    private(set) var end: Offset
    private(set) var phase: Phase
    private var lastOffsets: [[UInt8]: Int64] = [:]
    private var keyBytes = 0
    /// When the oldest tombstone that stays was appended.
    private(set) var oldestTombstone = EventTime.distantFuture

    /// What the pass is at, and the next offset to be looked at.
    enum Phase {
        case learning(from: Offset)
        case rewriting(from: Offset)
        case done
    }

    init(_ partition: PartitionState, tombstones: Duration) {
        self.partition = partition
        self.tombstones = EventTime.Span(tombstones)
        let record = partition.record
        end = record.end
        phase = .learning(from: max(record.start, record.cleaned))
    }

    /// Learns a batch's keys; `false` when memory for keys is used up, and the pass ends before this batch.
    mutating func learn(_ stored: StoredBatch, limit: Int) -> Bool {
        if keyBytes >= limit {
            end = stored.batch.base
            phase = .rewriting(from: partition.record.start)
            return false
        }
        for index in 0..<stored.batch.count {
            guard let key = Self.key(index, of: stored.batch) else { continue }
            if lastOffsets.updateValue(stored.batch.offset(index).number, forKey: key) == nil { keyBytes += key.count + Self.entryOverhead }
        }
        phase = .learning(from: stored.next)
        return true
    }

    /// All keys are known.
    mutating func beginRewriting() { phase = .rewriting(from: partition.record.start) }

    /// Notes whether a run that was rewritten still has tombstones: they call for another pass when they have had their time.
    mutating func note(_ run: CompactionRun) {
        if run.hasTombstones { oldestTombstone = min(oldestTombstone, run.written) }
    }

    /// Rewriting has come to `offset`.
    mutating func advance(to offset: Offset) { phase = offset >= end ? .done : .rewriting(from: offset) }

    /// Given up, because the partition changed beneath it.
    mutating func abandon() { phase = .done }

    /// Whether a record stays: it is the last of its key as far as is known, and no tombstone that has had its time.
    func keeps(_ index: Int, of batch: RecordBatch, dropsTombstones: Bool) -> Bool {
        guard let key = Self.key(index, of: batch) else { return true }
        if let last = lastOffsets[key], last > batch.offset(index).number { return false }
        return !(dropsTombstones && batch.isTombstone(index))
    }

    private static func key(_ index: Int, of batch: RecordBatch) -> [UInt8]? {
        unsafe batch.withKey(index) { (bytes: UnsafeRawBufferPointer?) -> [UInt8]? in unsafe bytes.map { unsafe Array($0) } }
    }

    /// About what a dictionary's entry costs besides the key's bytes.
    private static let entryOverhead = 64
}
