public import StreamCore

/// The last record of a task's epoch in its changelog: what recovery believes.
///
/// Everything a task needs to go on is its state at that epoch and this. Its key is the single byte 0 (a state's name has at least one),
/// so compaction keeps exactly the newest.
public struct Marker: Hashable, Sendable {
    /// Where the task stands in one inlet's partition.
    public struct Position: Hashable, Sendable {
        /// Where reading resumes: the oldest record that an ordering buffer still holds, or `readTo`.
        public var resume: Offset
        /// After the last record read; what lies between is replayed into ordering buffers only.
        public var readTo: Offset
        /// The newest event time seen in the partition.
        public var newest: EventTime
        /// The last watermark of each writer, by its number, where the partition is one of a repartition topic.
        public var writers: [Int32: EventTime]

        /// A position of those parts.
        public init(resume: Offset, readTo: Offset, newest: EventTime, writers: [Int32: EventTime] = [:]) {
            self.resume = resume
            self.readTo = readTo
            self.newest = newest
            self.writers = writers
        }
    }

    /// The epoch it ends.
    public var epoch: Epoch
    /// The owner that wrote it.
    public var generation: Generation
    /// The task's watermark.
    public var watermark: EventTime
    /// Where the task stands in each partition it reads (broadcast inlets left out).
    public var positions: [TopicPartition: Position]
    /// How many output records the epoch wrote.
    public var outputs: Int
    /// How many changelog records precede it in the epoch.
    public var changes: Int
    /// XXH3 of those records' keys and values, in order.
    public var hash: UInt64
    /// When it was written, on the wall: how old a store is that stands at it.
    public var at: EventTime
    /// The records that have become dead letters and may be read again: they are passed over then.
    public var buried: [TopicPartition: Set<Offset>]

    /// A marker of those parts.
    public init(
        epoch: Epoch, generation: Generation, watermark: EventTime, positions: [TopicPartition: Position], outputs: Int, changes: Int,
        hash: UInt64, at: EventTime, buried: [TopicPartition: Set<Offset>] = [:]
    ) {
        self.epoch = epoch
        self.generation = generation
        self.watermark = watermark
        self.positions = positions
        self.outputs = outputs
        self.changes = changes
        self.hash = hash
        self.at = at
        self.buried = buried
    }

    /// The key of every marker.
    public static let key: [UInt8] = [0]

    /// Whether record `index` of a changelog batch is a marker.
    public static func isMarker(_ index: Int, of batch: RecordBatch) -> Bool {
        unsafe batch.withKey(index) { key in unsafe key.map { unsafe $0.count == 1 && $0[0] == 0 } ?? false }
    }

    /// The marker's stored form.
    public var bytes: [UInt8] {
        var writer = ByteWriter(capacity: 128)
        writer.byte(2)
        writer.signed(epoch.number)
        writer.signed(generation.number)
        writer.word(watermark.microseconds)
        writer.varint(UInt64(positions.count))
        for (partition, position) in positions.sorted(by: { $0.key < $1.key }) {
            writer.text(partition.topic)
            writer.varint(UInt64(partition.partition.number))
            writer.signed(position.resume.number)
            writer.signed(position.readTo.number)
            writer.word(position.newest.microseconds)
            writer.varint(UInt64(position.writers.count))
            for (number, watermark) in position.writers.sorted(by: { $0.key < $1.key }) {
                writer.signed(Int64(number))
                writer.word(watermark.microseconds)
            }
        }
        writer.varint(UInt64(outputs))
        writer.varint(UInt64(changes))
        writer.word(hash)
        writer.word(at.microseconds)
        writer.varint(UInt64(buried.count))
        for (partition, offsets) in buried.sorted(by: { $0.key < $1.key }) {
            writer.text(partition.topic)
            writer.varint(UInt64(partition.partition.number))
            writer.varint(UInt64(offsets.count))
            for offset in offsets.sorted() { writer.signed(offset.number) }
        }
        return writer.bytes
    }

    /// Reads a marker's stored form.
    public init(_ bytes: [UInt8]) throws(DecodeFailure) {
        self = try ByteReader.read(bytes) { reader throws(DecodeFailure) in
            let version = try reader.byte()
            guard version == 1 || version == 2 else { throw DecodeFailure("a marker of version \(version); this program reads 1 and 2") }
            var marker = Marker(
                epoch: Epoch(try reader.signed()), generation: Generation(try reader.signed()),
                watermark: EventTime(microseconds: try reader.word()), positions: [:], outputs: 0, changes: 0, hash: 0,
                at: EventTime(microseconds: 0))
            for _ in 0..<(try reader.count(ofAtLeast: 12)) {
                let partition = try Marker.partition(&reader)
                var position = Position(
                    resume: Offset(try reader.signed()), readTo: Offset(try reader.signed()),
                    newest: EventTime(microseconds: try reader.word()))
                for _ in 0..<(try reader.count(ofAtLeast: 9)) {
                    let writer = try reader.signed()
                    guard let writer = Int32(exactly: writer) else { throw DecodeFailure("a marker with writer \(writer)") }
                    position.writers[writer] = EventTime(microseconds: try reader.word())
                }
                marker.positions[partition] = position
            }
            marker.outputs = try Marker.small(&reader)
            marker.changes = try Marker.small(&reader)
            marker.hash = try reader.word()
            marker.at = EventTime(microseconds: try reader.word())
            if version > 1 {
                for _ in 0..<(try reader.count(ofAtLeast: 3)) {
                    let partition = try Marker.partition(&reader)
                    for _ in 0..<(try reader.count()) { marker.buried[partition, default: []].insert(Offset(try reader.signed())) }
                }
            }
            if !reader.isAtEnd { throw DecodeFailure("a marker with \(reader.remaining) bytes after its end") }
            return marker
        }
    }

    private static func partition(_ reader: inout ByteReader) throws(DecodeFailure) -> TopicPartition {
        let topic = try reader.text()
        let number = try reader.varint()
        guard number <= UInt64(Int32.max) else { throw DecodeFailure("a marker with partition \(number)") }
        return TopicPartition(topic, Partition(Int(number)))
    }

    private static func small(_ reader: inout ByteReader) throws(DecodeFailure) -> Int {
        let value = try reader.varint()
        guard value <= UInt64(Int.max) else { throw DecodeFailure("a marker with a count of \(value)") }
        return Int(value)
    }
}
