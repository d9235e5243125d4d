internal import EventLog
internal import RocksDB
internal import StreamCore
internal import Synchronization

extension LogCore {
    /// Commits one transaction together with those of other threads that wait at the same time.
    func commit(_ transaction: Transaction, by writer: WriterIdentity?) throws(LogFailure) -> [Offset] {
        try queue.submit(try CommitRequest(transaction, by: writer, in: catalogue)) { settle($0) }
    }

    /// Writes a group as one and settles each of its requests; returns the waking of readers.
    private func settle(_ group: [CommitRequest]) -> () -> Void {
        let wakes = writing.withLock { state -> [PartitionState.State.Follower] in
            do throws(LogFailure) {
                try begin(&state)
            } catch {
                for request in group { request.result = .failure(error) }
                return []
            }
            var writes = GroupWrites(at: clock())
            for request in group {
                request.result = refusal(of: request, state).map { .failure($0) } ?? .success(writes.add(request, to: &state.batch))
            }
            writes.addPartitions(to: &state.batch)
            do throws(LogFailure) {
                if state.batch.count > 0 { try finish(&state, sync: settings.durability == .sync, "committing to log \(directory)") }
            } catch {
                for request in group {
                    if case .success = request.result { request.result = .failure(error) }
                }
                return []
            }
            var wakes: [PartitionState.State.Follower] = []
            for touched in writes.touched.values {
                let (waiting, kept) = touched.partition.publish(touched.record, touched.batches)
                wakes += waiting
                state.kept.add(touched.partition, upTo: touched.record.end, bytes: kept, limit: settings.recentBytes)
            }
            return wakes
        }
        return {
            var woken: Set<ObjectIdentifier> = []
            for follower in wakes where woken.insert(follower.reader).inserted { follower.wake() }
        }
    }

    private func refusal(of request: CommitRequest, _ state: borrowing WritingState) -> LogFailure? {
        if let writer = request.writer, state.writers[writer.name] != writer.generation {
            return LogFailure(.fenced, "committing as \(writer.name): a newer writer of that name has taken over")
        }
        for part in request.batches where part.partition.isDeleted {
            return LogFailure(.unknownTopic, "committing to \(part.partition.name): the topic was deleted")
        }
        for (turn, _) in request.turns where turn.isDeleted {
            return LogFailure(.unknownTopic, "committing the turn \(turn.name): the topic was deleted")
        }
        return nil
    }
}

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

/// The committed epoch of a turn as the database keeps it.
enum TurnRecord {
    static func encode(_ epoch: Epoch) -> [UInt8] {
        var writer = ByteWriter(capacity: 8)
        writer.word(epoch.number)
        return writer.bytes
    }

    static func decode(_ bytes: [UInt8]) throws(DecodeFailure) -> Epoch {
        try ByteReader.read(bytes) { reader throws(DecodeFailure) in Epoch(try reader.word()) }
    }
}
