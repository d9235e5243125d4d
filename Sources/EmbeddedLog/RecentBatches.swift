internal import StreamCore

/// The newest batches of a partition that somebody follows, as the writers handed them in: followers share them without reading the disk.
struct RecentBatches {
    private var batches: [RecordBatch] = []
    private var first = 0

    mutating func append(_ batch: RecordBatch) { batches.append(batch) }

    /// Forgets what begins before `offset`.
    mutating func drop(below offset: Offset) {
        while first < batches.count, batches[first].base < offset { first += 1 }
        if first == batches.count {
            batches.removeAll(keepingCapacity: true)
            first = 0
        } else if first > 16 {
            batches.removeFirst(first)
            first = 0
        }
    }

    /// The batch that covers `position` and, where it is small, the small ones right behind it, about `bytes` together.
    func read(from position: Offset, upTo bytes: Int) -> ArraySlice<RecordBatch> {
        var low = first
        var high = batches.count
        while low < high {
            let middle = (low + high) / 2
            if batches[middle].next <= position { low = middle + 1 } else { high = middle }
        }
        guard low < batches.count, batches[low].base <= position else { return [] }
        var end = low + 1
        var total = batches[low].byteCount
        while end < batches.count, Coalescing.joins(batches[end].byteCount, to: total, upTo: bytes),
            batches[end].base == batches[end - 1].next
        {
            total += batches[end].byteCount
            end += 1
        }
        return batches[low..<end]
    }
}
