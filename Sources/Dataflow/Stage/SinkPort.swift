public import Sinks
public import StreamCore

/// A stage's way into its target, for one task: gathers the rows of what is read, and gives them away as batches. Confined to its task.
public final class SinkPort {
    /// The id of the step that writes.
    public let id: String
    /// What the target is called, for people.
    public let target: String
    private let counted: () -> Int
    private let taken: () -> SinkBatch
    private let asked: @Sendable ([TopicPartition], SinkOwner) throws(SinkFailure) -> [TopicPartition: Offset]

    /// A port before a writer, and what takes the rows of a stage's batches.
    static func make<Writer: SinkWriter>(_ id: String, to target: String, _ writer: Writer) -> (SinkPort, Receiver<Writer.Row>) {
        let gathered = Gathered<Writer.Row>()
        let desk = WriterDesk(writer)
        let port = SinkPort(
            id, target, counted: { gathered.rows.count },
            taken: {
                let (rows, origins) = gathered.take()
                return SinkBatch(origins: origins) { step throws(SinkFailure) in try desk.writer.write(rows, step) }
            },
            asked: { partitions, owner throws(SinkFailure) in try desk.writer.positions(of: partitions, for: owner) })
        let receiver = Receiver<Writer.Row>(receive: { batch, _ in gathered.add(batch) }, advance: { _ in })
        return (port, receiver)
    }

    private init(
        _ id: String, _ target: String, counted: @escaping () -> Int, taken: @escaping () -> SinkBatch,
        asked: @escaping @Sendable ([TopicPartition], SinkOwner) throws(SinkFailure) -> [TopicPartition: Offset]
    ) {
        self.id = id
        self.target = target
        self.counted = counted
        self.taken = taken
        self.asked = asked
    }

    /// How many rows wait to be taken.
    public var count: Int { counted() }

    /// Gives away the rows gathered since the last call.
    public func take() -> SinkBatch { taken() }

    /// Takes the target over for `owner`; how far it has those partitions. Blocks: never on a slot's thread.
    public func positions(of partitions: [TopicPartition], for owner: SinkOwner) throws(SinkFailure) -> [TopicPartition: Offset] {
        try asked(partitions, owner)
    }
}

/// Rows on their way to their target.
public struct SinkBatch: Sendable {
    /// The record that each row came from.
    public let origins: [Origin]
    private let delivered: @Sendable (SinkStep) throws(SinkFailure) -> Void

    init(origins: [Origin], delivered: @escaping @Sendable (SinkStep) throws(SinkFailure) -> Void) {
        self.origins = origins
        self.delivered = delivered
    }

    /// How many rows.
    public var count: Int { origins.count }

    /// Has the target write them and move by `step`, or do neither. Blocks: never on a slot's thread.
    public func write(_ step: SinkStep) throws(SinkFailure) { try delivered(step) }
}

/// The rows of one task that have not been taken.
private final class Gathered<Row: Sendable> {
    private(set) var rows: [Row] = []
    private var origins: [Origin] = []

    func add(_ batch: [Event<Row>]) {
        for event in batch {
            rows.append(event.element)
            origins.append(event.origin)
        }
    }

    func take() -> (rows: [Row], origins: [Origin]) {
        defer { (rows, origins) = ([], []) }
        return (rows, origins)
    }
}

/// A task's writer, where the threads that may block find it.
// SAFETY: a task has one call to its target under way at a time, and starts none before the last has ended.
private final class WriterDesk<Writer: SinkWriter>: @unchecked Sendable {
    var writer: Writer
    init(_ writer: Writer) { self.writer = writer }
}
