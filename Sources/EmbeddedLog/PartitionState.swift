internal import EventLog
internal import StreamCore
internal import Synchronization

/// What memory knows of one partition, shared by the writers that extend it and the readers that follow it.
///
/// `record` changes only while the core's writing lock is held, and only after the database has the change.
final class PartitionState: Sendable {
    let id: PartitionID
    let name: TopicPartition
    let state: Mutex<State>

    struct State {
        var record: PartitionRecord
        var isDeleted = false
        var recent = RecentBatches()
        var followers: [Follower] = []

        /// A reader's registration; it is woken once for each time it found nothing.
        struct Follower {
            let reader: ObjectIdentifier
            let wake: @Sendable () -> Void
            var isWaiting: Bool
        }
    }

    init(_ id: PartitionID, _ name: TopicPartition, _ record: PartitionRecord) {
        self.id = id
        self.name = name
        state = Mutex(State(record: record))
    }

    /// Whether its topic was deleted: what still holds it must stop.
    var isDeleted: Bool { state.withLock { $0.isDeleted } }

    var record: PartitionRecord { state.withLock { $0.record } }

    var bounds: PartitionBounds {
        let record = record
        return PartitionBounds(start: record.start, committed: record.end, end: record.end)
    }

    func attach(_ reader: ObjectIdentifier, waking wake: @escaping @Sendable () -> Void) {
        state.withLock { state in
            if !state.followers.contains(where: { $0.reader == reader }) {
                state.followers.append(State.Follower(reader: reader, wake: wake, isWaiting: true))
            }
        }
    }

    func detach(_ reader: ObjectIdentifier) {
        state.withLock { state in
            state.followers.removeAll { $0.reader == reader }
            if state.followers.isEmpty { state.recent = RecentBatches() }
        }
    }

    /// Shows committed batches to readers; returns whom to wake, and how many bytes are now kept for followers.
    func publish(_ record: PartitionRecord, _ batches: [RecordBatch]) -> (wakes: [State.Follower], kept: Int) {
        state.withLock { state in
            state.record = record
            if state.followers.isEmpty { return ([], 0) }
            for batch in batches { state.recent.append(batch) }
            let waiting = state.followers.filter(\.isWaiting)
            for index in state.followers.indices { state.followers[index].isWaiting = false }
            return (waiting, batches.reduce(0) { $0 + $1.byteCount })
        }
    }

    /// Puts a changed record in place after retention or compaction and forgets recent batches below `offset`.
    func replace(_ record: PartitionRecord, forgettingBelow offset: Offset) {
        state.withLock { state in
            state.record = record
            state.recent.drop(below: offset)
        }
    }
}
