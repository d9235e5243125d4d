internal import EventLog
internal import RocksDB
internal import StreamCore

extension LogCore {
    /// Whether enough of a compacted partition is new, or a tombstone that was kept has had its time.
    func isDueForCompaction(_ partition: PartitionState, tombstones: Duration, now: EventTime) -> Bool {
        let record = partition.record
        if record.oldestTombstone.advanced(by: EventTime.Span(tombstones)) < now { return true }
        return record.dirtyBytes >= settings.minimumDirtyBytes
            && Double(record.dirtyBytes) >= settings.dirtyRatio * Double(max(1, record.bytes))
    }

    /// Carries a pass on by about `budget` bytes read; returns what is left of the budget.
    func step(_ pass: inout CompactionPass, now: EventTime, budget: Int) throws(LogFailure) -> Int {
        var left = budget
        while left > 0, !pass.partition.isDeleted {
            switch pass.phase {
            case .learning(let offset): left -= try learn(&pass, from: offset)
            case .rewriting(let offset): left -= try rewrite(&pass, from: offset, now: now)
            case .done: return left
            }
        }
        if pass.partition.isDeleted { pass.abandon() }
        return left
    }

    private func learn(_ pass: inout CompactionPass, from offset: Offset) throws(LogFailure) -> Int {
        let position = max(offset, pass.partition.record.start)
        guard position < pass.end, let stored = try storedBatch(of: pass.partition, covering: position) else {
            pass.beginRewriting()
            return 0
        }
        _ = pass.learn(stored, limit: settings.compactionKeyBytes)
        return stored.batch.byteCount
    }

    /// Rewrites the next run of batches.
    private func rewrite(_ pass: inout CompactionPass, from offset: Offset, now: EventTime) throws(LogFailure) -> Int {
        let partition = pass.partition
        let index = BatchIndex(database, partition)
        var entry = try index.from(max(offset, partition.record.start))
        var run = CompactionRun(from: entry?.base ?? offset)
        var bytes = 0
        while let found = entry, found.base < pass.end {
            let isOld = found.written.advanced(by: pass.tombstones) < now
            let age = isOld ? .max : found.written.microseconds / max(1, pass.tombstones.microseconds / Self.ageSteps)
            guard run.takes(found, age: age) else { break }
            guard let stored = try storedBatch(of: partition, covering: found.base) else { break }
            bytes += found.bytes
            let batch = stored.batch
            run.add(found, batch, age: age) { pass.keeps($0, of: batch, dropsTombstones: isOld) }
            entry = try index.next()
        }
        guard let next = run.next else {
            pass.advance(to: pass.end)
            try finish(pass)
            return bytes
        }
        pass.note(run)
        if run.isChanged, try !replace(run, with: next, of: partition) {
            pass.abandon()
            return bytes
        }
        pass.advance(to: next)
        if case .done = pass.phase { try finish(pass) }
        return max(1, bytes)
    }

    /// Tombstones of one fraction of their time share batches, so that joining makes none much younger than it is.
    private static let ageSteps: Int64 = 4

    /// Puts one batch in the place of a run's; `false` when retention or a purge has been there meanwhile.
    private func replace(_ run: CompactionRun, with next: Offset, of partition: PartitionState) throws(LogFailure) -> Bool {
        var builder = run.builder
        guard let first = run.entries.first else { return true }
        let batch = builder.finish()
        var record = PartitionRecord()
        var isReplaced = false
        try write("compacting \(partition.name)", sync: false) { state throws(LogFailure) in
            record = partition.record
            guard record.start < first.next, !partition.isDeleted else { return false }
            for entry in run.entries {
                state.batch.delete(LogKey.index(partition.id, entry.base))
                state.batch.delete(LogKey.batch(partition.id, entry.base))
                record.bytes -= entry.bytes
                if entry.base >= record.cleaned { record.dirtyBytes -= entry.bytes }
                state.deadBytes += entry.bytes
            }
            let key = LogKey.batch(partition.id, first.base)
            let newest = run.entries.reduce(EventTime.distantPast) { max($0, $1.newest) }
            let entry = IndexEntry(
                base: first.base, next: next, bytes: batch.byteCount, records: batch.count, newest: newest, written: run.written)
            unsafe batch.withStoredBytes { bytes in
                unsafe state.batch.put(key, head: StoredBatch.head(key: key, next: next, bodyHash: xxh3(bytes)), body: bytes)
            }
            state.batch.put(LogKey.index(partition.id, first.base), entry.encoded)
            record.bytes += batch.byteCount
            if first.base >= record.cleaned { record.dirtyBytes += batch.byteCount }
            state.batch.put(LogKey.partition(partition.id), record.encoded)
            isReplaced = true
            return true
        } publish: {
            partition.replace(record, forgettingBelow: next)
        }
        return isReplaced
    }

    /// Notes how far the partition is compacted.
    private func finish(_ pass: CompactionPass) throws(LogFailure) {
        let partition = pass.partition
        let seen = partition.record.end
        var dirty = try bytes(of: partition, from: pass.end, to: seen)
        var record = PartitionRecord()
        try write("compacting \(partition.name)", sync: false) { state throws(LogFailure) in
            record = partition.record
            if partition.isDeleted { return false }
            dirty += try bytes(of: partition, from: seen, to: record.end)
            record.cleaned = max(record.start, min(pass.end, record.end))
            record.dirtyBytes = min(dirty, record.bytes)
            record.oldestTombstone = pass.oldestTombstone
            state.batch.put(LogKey.partition(partition.id), record.encoded)
            return true
        } publish: {
            partition.replace(record, forgettingBelow: record.start)
        }
    }

    private func bytes(of partition: PartitionState, from start: Offset, to end: Offset) throws(LogFailure) -> Int {
        var total = 0
        let index = BatchIndex(database, partition)
        var entry = start < end ? try index.from(start) : nil
        while let found = entry, found.base < end {
            total += found.bytes
            entry = try index.next()
        }
        return total
    }
}
