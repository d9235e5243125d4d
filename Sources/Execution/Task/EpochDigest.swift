internal import KeyedState
internal import StreamCore

/// The running hash of an epoch's changelog records: XXH3 of each key and value, chained.
struct EpochDigest {
    private(set) var value: UInt64 = 0
    private(set) var count = 0
    /// How many offsets lie between the last marker and the first record: of aborted epochs, of a transaction's own end, or compacted away.
    private var gapBefore: Int64 = 0
    /// No record among those of the epoch has been compacted away, as far as the offsets between them say.
    private var isUnbroken = true

    mutating func add(_ index: Int, of batch: RecordBatch) {
        unsafe batch.withKey(index) { key in unsafe batch.withValue(index) { row in if let key = unsafe key { unsafe add(key, row) } } }
    }

    mutating func add(_ key: UnsafeRawBufferPointer, _ row: UnsafeRawBufferPointer?) {
        value = unsafe (value ^ xxh3(key)) &* 0x9e37_79b9_7f4a_7c15 &+ (row.map { unsafe xxh3($0) } ?? 1)
        count += 1
    }

    /// So many offsets hold nothing before the record that comes next, the marker included.
    mutating func skipped(_ offsets: Int64) {
        guard offsets > 0 else { return }
        if count == 0 { gapBefore += offsets } else { isUnbroken = false }
    }

    /// What is wrong with the records as those of `marker`'s epoch; `nil` where nothing can be said against them. A hole among them, or one
    /// before them that is wide enough for all that is missing, is compaction's.
    func contradiction(to marker: Marker) -> String? {
        guard isUnbroken else { return nil }
        let missing = Int64(marker.changes - count)
        if missing < 0 || missing > gapBefore { return "says \(marker.changes) changes, its changelog holds \(count)" }
        return missing == 0 && marker.hash != value ? "was written for other changes than its changelog holds (hash differs)" : nil
    }
}
