internal import EventLog
internal import RocksDB
internal import StreamCore

extension LogCore {
    /// Drops the batches that lie wholly below `offset`; records below it are not read any more, the rest of their batch included.
    func purge(_ partition: PartitionState, below offset: Offset) throws(LogFailure) {
        try drop(partition, "purging \(partition.name)") { entry, record in
            entry.next <= offset && record.start < offset
        } movingTo: { record in
            min(max(offset, record.start), record.end)
        }
    }

    /// Drops from the front what is older than `time` or beyond `bytes`. Age counts from the event or from its being appended, whichever came
    /// later: history that is brought in is there for its readers as long as news.
    func retain(_ partition: PartitionState, time: Duration?, bytes: Int?, now: EventTime) throws(LogFailure) {
        let oldest = time.map { now.advanced(by: -EventTime.Span($0)) } ?? .distantPast
        try drop(partition, "applying the retention of \(partition.name)") { entry, record in
            max(entry.newest, entry.written) < oldest || (bytes.map { record.bytes > $0 && entry.next < record.end } ?? false)
        } movingTo: {
            $0.start
        }
    }

    /// Removes batches from the front while `goes` says so. `movingTo` may move the start further, into a batch that stays.
    private func drop(
        _ partition: PartitionState, _ doing: String, while goes: (IndexEntry, PartitionRecord) -> Bool,
        movingTo start: (PartitionRecord) -> Offset
    ) throws(LogFailure) {
        while try dropSome(partition, doing, while: goes, movingTo: start) {}
    }

    /// One commit's worth of it; whether there is more.
    private func dropSome(
        _ partition: PartitionState, _ doing: String, while goes: (IndexEntry, PartitionRecord) -> Bool,
        movingTo start: (PartitionRecord) -> Offset
    ) throws(LogFailure) -> Bool {
        var record = partition.record
        let before = record.start
        // An empty partition may have a long trail of deleted entries, which a look would walk.
        if before == record.end { return false }
        let index = BatchIndex(database, partition)
        var entry = try index.from(before)
        // A look without the lock: most calls find nothing to do.
        guard let first = entry, first.base < record.end, goes(first, record) || start(record) > before else { return false }
        var count = 0
        try write(doing, sync: false) { state throws(LogFailure) in
            record = partition.record
            guard record.start == before, !partition.isDeleted else { return false }
            while let found = entry, found.base < record.end, goes(found, record), count < Self.dropBound {
                state.batch.delete(LogKey.index(partition.id, found.base))
                state.batch.delete(LogKey.batch(partition.id, found.base))
                record.start = max(record.start, found.next)
                record.bytes -= found.bytes
                if found.base >= record.cleaned { record.dirtyBytes -= found.bytes }
                state.deadBytes += found.bytes
                count += 1
                entry = try index.next()
            }
            if count < Self.dropBound { record.start = max(record.start, start(record)) }
            record.cleaned = max(record.cleaned, record.start)
            state.batch.put(LogKey.partition(partition.id), record.encoded)
            return true
        } publish: {
            partition.replace(record, forgettingBelow: record.start)
        }
        return count == Self.dropBound
    }

    /// How many batches one commit removes at most: bounds how long commits wait for it.
    private static let dropBound = 4_096
}
