internal import EventLog
internal import RocksDB
internal import StreamCore
internal import Synchronization

extension LogCore {
    /// The stored batch that covers `position`, or `nil` where it was removed a moment ago; damage is a failure that names the place.
    func storedBatch(of partition: PartitionState, covering position: Offset) throws(LogFailure) -> StoredBatch? {
        if let batch = try storedBatch(of: partition, at: position) { return batch }
        for _ in 0..<Self.lookups {
            let entry = try BatchIndex(database, partition).covering(position)
            guard let entry, entry.next > position else { break }
            if let batch = try storedBatch(of: partition, at: entry.base) { return batch }
        }
        let (record, isDeleted) = partition.state.withLock { ($0.record, $0.isDeleted) }
        if isDeleted || position < record.start || position >= record.end { return nil }
        throw LogFailure(
            .damaged,
            "reading \(partition.name) at offset \(position) in \(directory): no batch holds it, though \(record.start) to "
                + "\(record.end) should be there; \(LogFailure.damageAdvice)")
    }

    /// Compaction may replace a batch between the look at the index and the look at the batch; not this often in a row.
    private static let lookups = 8

    private func storedBatch(of partition: PartitionState, at base: Offset) throws(LogFailure) -> StoredBatch? {
        let key = LogKey.batch(partition.id, base)
        let place = { "reading \(partition.name) at offset \(base) in \(self.directory)" }
        let found: Result<StoredBatch, DecodeFailure>?
        do throws(RocksDBFailure) {
            // The batch carries its own checksum. Only where that fails is it read again with the database's, which knows the file.
            let read = try stored(key, base, isChecked: false)
            if case .failure = read { found = try stored(key, base, isChecked: true) } else { found = read }
        } catch {
            var message = error.message
            if error.kind != .ioError, DatabaseFiles.named(in: message) == nil {
                message += " in \(BlobSearch.file(holding: key, in: databasePath))"
            }
            throw LogFailure(RocksDBFailure(error.kind, message), place())
        }
        guard let found else { return nil }
        return try decoded("\(place()) from \(databasePath)") { () throws(DecodeFailure) in try found.get() }
    }

    private func stored(_ key: [UInt8], _ base: Offset, isChecked: Bool) throws(RocksDBFailure) -> Result<StoredBatch, DecodeFailure>? {
        try unsafe database.withValue(for: key, isChecked: isChecked) { value -> Result<StoredBatch, DecodeFailure>? in
            guard let value = unsafe value else { return nil }
            do throws(DecodeFailure) {
                return .success(try unsafe StoredBatch(key: key, base: base, value: value))
            } catch {
                return .failure(error)
            }
        }
    }

    /// The small batches that follow `first` and lie before `end`, as far as they may be handed out with it.
    func smallBatches(of partition: PartitionState, after first: StoredBatch, before end: Offset, upTo bytes: Int) throws(LogFailure)
        -> [StoredBatch]
    {
        guard first.batch.byteCount < Coalescing.large, first.next < end else { return [] }
        let cursor = Cursor(over: database, lower: LogKey.batch(partition.id, first.next), upper: LogKey.batch(partition.id, end))
        var found: [StoredBatch] = []
        var next = first.next
        var total = first.batch.byteCount
        cursor.seekToFirst()
        while cursor.isValid {
            let size = unsafe cursor.withValue { $0.count }
            guard Coalescing.joins(size, to: total, upTo: bytes), next.number - first.batch.base.number < Coalescing.span, unsafe cursor.withKey({ unsafe LogKey.base($0) }) == next else { break }
            let key = LogKey.batch(partition.id, next)
            let batch = try decoded("reading \(partition.name) at offset \(next) in \(directory)") { () throws(DecodeFailure) in
                try unsafe cursor.withValue { value throws(DecodeFailure) in try unsafe StoredBatch(key: key, base: next, value: value) }
            }
            found.append(batch)
            next = batch.next
            total += size
            cursor.next()
        }
        // Where the walk failed, the next read by key fails too, and can say where.
        return found
    }
}
