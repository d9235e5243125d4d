public import Sinks
public import StreamCore
internal import Synchronization

/// A target in memory that keeps samples and positions as a database does, and fails as a test says.
public final class MemoryTarget: Sendable {
    /// How a write fails.
    public enum Fault: Hashable, Sendable {
        /// Nothing was written: `.unavailable`.
        case before
        /// All was written, and the answer got lost: `.unknown`.
        case after
        /// Nothing was written, and it may succeed at once.
        case retriable
    }

    private struct State {
        var rows: [Sample] = []
        var positions: [Place: (generation: Generation, offset: Offset?)] = [:]
        var faults: [Fault] = []
        var isAway = false
    }

    private struct Place: Hashable {
        let sink: String
        let partition: TopicPartition
    }

    private let state = Mutex(State())

    /// An empty target.
    public init() {}

    /// What it has, in the order written.
    public var rows: [Sample] { state.withLock { $0.rows } }

    /// The next writes fail so, one each.
    public func fail(_ faults: Fault...) { state.withLock { $0.faults += faults } }

    /// It cannot be reached, until it can be again.
    public func be(away isAway: Bool) { state.withLock { $0.isAway = isAway } }

    /// A writer for one task.
    public func makeWriter() -> Writer { Writer(target: self) }

    /// Writes samples; one with a negative number is refused.
    public struct Writer: SinkWriter {
        let target: MemoryTarget

        public func positions(of partitions: [TopicPartition], for owner: SinkOwner) throws(SinkFailure) -> [TopicPartition: Offset] {
            try target.claim(partitions, owner)
        }

        public func write(_ rows: [Sample], _ step: SinkStep) throws(SinkFailure) { try target.write(rows, step) }
    }

    private func claim(_ partitions: [TopicPartition], _ owner: SinkOwner) throws(SinkFailure) -> [TopicPartition: Offset] {
        try state.withLock { state throws(SinkFailure) in
            if state.isAway { throw SinkFailure(.unavailable, "scripted to be away") }
            var found: [TopicPartition: Offset] = [:]
            for partition in partitions {
                let place = Place(sink: "\(owner.task.job)/\(owner.task.stage)", partition: partition)
                let known = state.positions[place]
                if let known, known.generation > owner.generation { throw SinkFailure(.fenced, "owner \(known.generation) has it") }
                state.positions[place] = (owner.generation, known?.offset)
                found[partition] = known?.offset
            }
            return found
        }
    }

    private func write(_ rows: [Sample], _ step: SinkStep) throws(SinkFailure) {
        try state.withLock { state throws(SinkFailure) in
            if state.isAway { throw SinkFailure(.unavailable, "scripted to be away") }
            let fault = state.faults.isEmpty ? nil : state.faults.removeFirst()
            if fault == .before { throw SinkFailure(.unavailable, "scripted to fail") }
            if fault == .retriable { throw SinkFailure(.retriable, "scripted to deadlock") }
            var positions = state.positions
            for move in step.moves {
                let place = Place(sink: "\(step.owner.task.job)/\(step.owner.task.stage)", partition: move.partition)
                guard let known = positions[place], known.generation == step.owner.generation else {
                    throw SinkFailure(.fenced, "another owner has it")
                }
                guard known.offset == move.from else { throw SinkFailure(.moved, "\(move.partition) stands elsewhere") }
                positions[place] = (known.generation, move.to)
            }
            let refused = rows.indices.filter { rows[$0].number < 0 }.map { SinkFailure.RefusedRow($0, "it is negative (22003)") }
            if !refused.isEmpty { throw SinkFailure(.refused(refused), "\(refused.count) rows are negative") }
            state.rows += rows
            state.positions = positions
            if fault == .after { throw SinkFailure(.unknown, "scripted to lose the answer") }
        }
    }
}
