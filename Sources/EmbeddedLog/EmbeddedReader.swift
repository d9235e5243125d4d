internal import EventLog
internal import StreamCore
internal import Synchronization

/// Reads partitions of an embedded log. A batch that was committed while somebody followed is handed on as it is; others come from disk.
final class EmbeddedReader: LogReader {
    private var core: LogCore?
    private let wake: @Sendable () -> Void
    private var assignments: [TopicPartition: Assignment] = [:]

    private struct Assignment {
        let partition: PartitionState
        var position: Offset
    }

    /// What is known of a position before the disk is asked.
    private enum Look {
        case nothing
        case recent(ArraySlice<RecordBatch>)
        case stored(end: Offset)
        case outside(PartitionRecord)
        case deleted
    }

    init(_ core: LogCore, waking wake: @escaping @Sendable () -> Void) {
        self.core = core
        self.wake = wake
    }

    deinit { close() }

    func assign(_ name: TopicPartition, from offset: Offset) throws(LogFailure) {
        let partition = try opened().catalogue.partition(name)
        assignments[name]?.partition.detach(ObjectIdentifier(self))
        partition.attach(ObjectIdentifier(self), waking: wake)
        assignments[name] = Assignment(partition: partition, position: offset)
    }

    func unassign(_ name: TopicPartition) {
        assignments.removeValue(forKey: name)?.partition.detach(ObjectIdentifier(self))
    }

    func next(_ name: TopicPartition, upTo bytes: Int) throws(LogFailure) -> RecordBatch? {
        let core = try opened()
        guard var assignment = assignments[name] else {
            throw LogFailure(.unknownTopic, "reading \(name): it is not assigned to this reader")
        }
        let start = assignment.position
        defer { if assignment.position != start { assignments[name]?.position = assignment.position } }
        while true {
            switch look(assignment, upTo: bytes) {
            case .nothing: return nil
            case .deleted: throw LogFailure(.unknownTopic, "reading \(name): the topic was deleted")
            case .outside(let record):
                throw LogFailure(
                    .outOfRange, "reading \(name) at offset \(assignment.position): it holds \(record.start) to \(record.end)")
            case .recent(let batches):
                let batch = Coalescing.join(batches, from: assignment.position)
                assignment.position = batches.last?.next ?? assignment.position
                if let batch { return batch }
            case .stored(let end):
                guard let first = try core.storedBatch(of: assignment.partition, covering: assignment.position) else { continue }
                let others = try core.smallBatches(of: assignment.partition, after: first, before: end, upTo: bytes)
                let batch = Coalescing.join([first.batch] + others.map(\.batch), from: assignment.position)
                assignment.position = others.last?.next ?? first.next
                // Compaction may have left nothing of a batch but its place.
                if let batch, !batch.isEmpty { return batch }
            }
        }
    }

    private func look(_ assignment: Assignment, upTo bytes: Int) -> Look {
        let reader = ObjectIdentifier(self)
        return assignment.partition.state.withLock { state in
            if state.isDeleted { return .deleted }
            let position = assignment.position
            if position < state.record.start || position > state.record.end { return .outside(state.record) }
            if position == state.record.end {
                for index in state.followers.indices where state.followers[index].reader == reader {
                    state.followers[index].isWaiting = true
                }
                return .nothing
            }
            let recent = state.recent.read(from: position, upTo: bytes)
            return recent.isEmpty ? .stored(end: state.record.end) : .recent(recent)
        }
    }

    func isAtEnd(_ name: TopicPartition) throws(LogFailure) -> Bool {
        guard let assignment = assignments[name] else {
            throw LogFailure(.unknownTopic, "asking for the end of \(name): it is not assigned to this reader")
        }
        return assignment.position >= assignment.partition.record.end
    }

    func knownEnd(_ name: TopicPartition) -> Offset? { assignments[name]?.partition.record.end }

    func close() {
        for assignment in assignments.values { assignment.partition.detach(ObjectIdentifier(self)) }
        assignments = [:]
        core = nil
    }

    private func opened() throws(LogFailure) -> LogCore {
        guard let core else { throw LogFailure(.unavailable, "reading a log: this reader was closed") }
        return core
    }
}
