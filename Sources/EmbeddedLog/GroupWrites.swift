internal import RocksDB
internal import StreamCore

/// What a group adds to each partition, gathered while its batch is filled.
struct GroupWrites {
    private(set) var touched: [PartitionID: Touched] = [:]
    private let now: EventTime

    /// One partition's share.
    struct Touched {
        let partition: PartitionState
        var record: PartitionRecord
        var batches: [RecordBatch] = []
    }

    init(at now: EventTime) { self.now = now }

    /// Puts a request's batches and turns into `batch` at the next free offsets and returns where each batch begins.
    mutating func add(_ request: CommitRequest, to batch: inout WriteBatch) -> [Offset] {
        var offsets: [Offset] = []
        offsets.reserveCapacity(request.batches.count)
        for part in request.batches {
            let id = part.partition.id
            var share = touched[id] ?? Touched(partition: part.partition, record: part.partition.record)
            touched[id] = nil
            let base = share.record.end
            offsets.append(base)
            if !part.batch.isEmpty { share.add(part, at: base, written: now, to: &batch) }
            touched[id] = share
        }
        for (turn, epoch) in request.turns { batch.put(LogKey.turn(turn.id), TurnRecord.encode(epoch)) }
        return offsets
    }

    /// Puts the new bounds of every partition that grew into `batch`.
    mutating func addPartitions(to batch: inout WriteBatch) {
        touched = touched.filter { !$0.value.batches.isEmpty }
        for (id, share) in touched { batch.put(LogKey.partition(id), share.record.encoded) }
    }
}

extension GroupWrites.Touched {
    fileprivate mutating func add(_ part: CommitRequest.Part, at base: Offset, written: EventTime, to batch: inout WriteBatch) {
        let placed = part.batch.rebased(to: base)
        let key = LogKey.batch(partition.id, base)
        let head = StoredBatch.head(key: key, next: placed.next, bodyHash: part.hash)
        unsafe placed.withStoredBytes { unsafe batch.put(key, head: head, body: $0) }
        let newest = unsafe placed.withStoredBytes { bytes in (try? unsafe BatchFormat.newestTime(bytes)) ?? .distantPast }
        let entry = IndexEntry(
            base: base, next: placed.next, bytes: placed.byteCount, records: placed.count, newest: newest, written: written)
        batch.put(LogKey.index(partition.id, base), entry.encoded)
        record.end = placed.next
        record.bytes += placed.byteCount
        record.dirtyBytes += placed.byteCount
        record.newest = max(record.newest, newest)
        batches.append(placed)
    }
}
