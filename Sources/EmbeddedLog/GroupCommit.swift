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
