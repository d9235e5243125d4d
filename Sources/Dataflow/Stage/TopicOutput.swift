internal import StreamCore

/// A task's records for one topic in the epoch being filled, a batch a partition.
public final class TopicOutput {
    /// The topic.
    public let topic: String
    /// How many partitions it has.
    public let partitions: Int
    /// Whether it carries watermarks in band.
    let isRepartition: Bool
    private let ownPartition: Int
    private var builders: [BatchBuilder?]
    /// Batches that came whole, before what the builders hold.
    private var whole: [(partition: TopicPartition, batch: RecordBatch)] = []
    private var lastMark = EventTime.distantPast
    private var hasMarked = false
    /// How many records the current epoch holds.
    public private(set) var count = 0
    /// How many bytes the current epoch holds.
    public private(set) var bytes = 0

    /// Records without a key go to the writing task's own partition.
    init(topic: String, partitions: Int, isRepartition: Bool, writer: Partition) {
        self.topic = topic
        self.partitions = partitions
        self.isRepartition = isRepartition
        ownPartition = writer.index % partitions
        builders = Array(repeating: nil, count: partitions)
    }

    /// Appends a record whose value is written by a closure.
    func append(key: [UInt8], at time: EventTime, value: (inout ByteWriter) -> Void) {
        with(Partitioner.partition(of: key, among: partitions).index) { $0.append(key: key, time: time, value: value) }
    }

    /// Appends whatever `body` writes to the batch of the key's partition.
    func with(key: [UInt8]?, _ body: (inout BatchBuilder) -> Void) {
        with(key.map { Partitioner.partition(of: $0, among: partitions).index } ?? ownPartition, body)
    }

    /// Appends a whole batch. A topic gets its records so or one by one, not both in one epoch.
    func append(_ batch: RecordBatch, to partition: Int) {
        whole.append((TopicPartition(topic, Partition(partition)), batch))
        count += batch.count
        bytes += batch.byteCount
    }

    private func with(_ partition: Int, _ body: (inout BatchBuilder) -> Void) {
        var builder = builders[partition].take() ?? BatchBuilder(capacity: 16_384)
        let (size, records) = (builder.byteCount, builder.count)
        body(&builder)
        bytes += builder.byteCount - size
        count += builder.count - records
        builders[partition] = builder
    }

    /// Whether a mark of `watermark` would go to every partition.
    func owesMark(_ watermark: EventTime, step: EventTime.Span) -> Bool {
        isRepartition && (isNews(watermark) || (watermark > lastMark && watermark.since(lastMark) >= step))
    }

    /// Whether it is a first mark, or that of a writer which had nothing to wait for and now has. One that promises nothing yet says
    /// nothing: silence holds the reader as well.
    private func isNews(_ watermark: EventTime) -> Bool {
        hasMarked ? lastMark == .distantFuture && watermark < lastMark : watermark > .distantPast
    }

    /// Appends the writer's mark to every partition that has records, or to all when the watermark has moved by `step` since the last.
    func mark(writer: Int32, _ watermark: EventTime, step: EventTime.Span) {
        guard isRepartition, watermark > lastMark || isNews(watermark) else { return }
        let isDue = isNews(watermark) || watermark.since(lastMark) >= step
        guard isDue || builders.contains(where: { $0 != nil }) else { return }
        for partition in 0..<partitions where isDue || builders[partition] != nil {
            with(partition) { builder in
                builder.append(key: nil, time: EventTime(microseconds: max(0, min(watermark.microseconds, .max - 1)))) { writer2 in
                    writer2.byte(ShuffleForm.mark)
                    writer2.word(writer)
                    writer2.word(watermark.microseconds)
                }
            }
        }
        if isDue {
            lastMark = watermark
            hasMarked = true
        }
    }

    /// Gives the epoch's batches away and begins the next epoch.
    func drain() -> [(partition: TopicPartition, batch: RecordBatch)] {
        guard count > 0 else { return [] }
        var batches = whole
        whole = []
        for partition in builders.indices {
            guard var builder = builders[partition].take() else { continue }
            batches.append((TopicPartition(topic, Partition(partition)), builder.finish()))
        }
        (count, bytes) = (0, 0)
        return batches
    }

    /// Forgets the epoch's records.
    func discard() {
        for partition in builders.indices { builders[partition] = nil }
        whole = []
        (count, bytes) = (0, 0)
        // The marks of a discarded epoch were never seen.
        (lastMark, hasMarked) = (.distantPast, false)
    }
}
