/// Fills one batch, record by record, straight in its stored form. Writers of outputs, changelogs and markers hold one per partition.
public struct BatchBuilder: Sendable {
    private var arena: [UInt8]
    private var entries: [RecordBatch.Entry] = []
    private var newest = EventTime.distantPast
    private var nextDelta: UInt32 = 0
    private let base: Offset

    /// An empty batch with room for `capacity` bytes. `base` matters only where offsets are known beforehand (compaction, tests).
    public init(capacity: Int = 4_096, base: Offset = .zero) {
        self.base = base
        arena = []
        arena.reserveCapacity(capacity)
        arena.append(contentsOf: repeatElement(0, count: BatchFormat.headerSize))
    }

    /// How many records it holds.
    public var count: Int { entries.count }

    /// Whether it holds none.
    public var isEmpty: Bool { entries.isEmpty }

    /// Its size so far, in bytes.
    public var byteCount: Int { arena.count }

    /// Appends a record whose key and value are written by closures, straight into the arena.
    public mutating func append(time: EventTime, key: (inout ByteWriter) -> Void, value: (inout ByteWriter) -> Void) {
        let at = begin()
        let keyLength = write(key)
        let valueLength = write(value)
        finish(at, time: time, delta: nextDelta, keyLength, 0, valueLength)
    }

    /// Appends a tombstone whose key is written by a closure.
    public mutating func appendTombstone(time: EventTime, key: (inout ByteWriter) -> Void) {
        let at = begin()
        let keyLength = write(key)
        finish(at, time: time, delta: nextDelta, keyLength, 0, -1)
    }

    /// Appends a record whose value is written by a closure.
    public mutating func append(key: [UInt8]?, headers: [Header] = [], time: EventTime, value: (inout ByteWriter) -> Void) {
        let at = begin()
        if let key { arena.append(contentsOf: key) }
        let headersLength = append(headers)
        let valueLength = write(value)
        finish(at, time: time, delta: nextDelta, key.map { Int32($0.count) } ?? -1, headersLength, valueLength)
    }

    /// Appends a record.
    public mutating func append(_ record: Record) {
        append(key: record.key, value: record.value, headers: record.headers, time: record.time)
    }

    /// Appends a record of bytes.
    public mutating func append(key: [UInt8]?, value: [UInt8]?, headers: [Header] = [], time: EventTime) {
        let at = begin()
        if let key { arena.append(contentsOf: key) }
        let headersLength = append(headers)
        if let value { arena.append(contentsOf: value) }
        finish(at, time: time, delta: nextDelta, key.map { Int32($0.count) } ?? -1, headersLength, value.map { Int32($0.count) } ?? -1)
    }

    /// Appends record `index` of `batch` byte for byte. With `keepingOffset` it stands at its own offset (compaction); the gap stays.
    public mutating func append(_ index: Int, of batch: RecordBatch, keepingOffset: Bool = false) {
        let entry = batch.entries[index]
        let at = begin()
        arena.append(contentsOf: batch.arena[entry.keyStart..<entry.end])
        let delta = keepingOffset ? UInt32(batch.offset(index).number - base.number) : nextDelta
        finish(at, time: entry.time, delta: delta, entry.keyLength, entry.headersLength, entry.valueLength)
    }

    /// Lends the key and value of each record that has a key, in order.
    public func forEach(_ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer?) -> Void) {
        unsafe arena.withUnsafeBytes { bytes in
            for entry in entries where entry.keyLength >= 0 {
                let key = unsafe UnsafeRawBufferPointer(rebasing: bytes[entry.keyStart..<entry.headersStart])
                unsafe body(key, entry.valueLength < 0 ? nil : UnsafeRawBufferPointer(rebasing: bytes[entry.valueStart..<entry.end]))
            }
        }
    }

    /// Ends the batch and gives it away; the builder is empty again.
    public mutating func finish() -> RecordBatch {
        arena.replaceSubrange(0..<BatchFormat.headerSize, with: header)
        arena.append(contentsOf: repeatElement(0, count: BatchFormat.padding))
        let batch = RecordBatch(base: base, arena: arena, entries: entries)
        self = BatchBuilder(capacity: 4_096, base: base)
        return batch
    }

    private var header: [UInt8] {
        var writer = ByteWriter(capacity: BatchFormat.headerSize)
        writer.raw([BatchFormat.version, 0, 0, 0])
        writer.word(UInt32(entries.count))
        writer.word(newest.microseconds)
        return writer.bytes
    }

    private mutating func begin() -> Int {
        let at = arena.count
        precondition(at < Int(UInt32.max) / 2, "a batch of more than 2 GiB: callers cut batches far below that")
        arena.append(contentsOf: repeatElement(0, count: BatchFormat.recordHeaderSize))
        return at
    }

    private mutating func append(_ headers: [Header]) -> UInt32 {
        if headers.isEmpty { return 0 }
        var writer = ByteWriter()
        headers.encode(into: &writer)
        arena.append(contentsOf: writer.bytes)
        return UInt32(writer.count)
    }

    private mutating func write(_ body: (inout ByteWriter) -> Void) -> Int32 {
        let before = arena.count
        var writer = ByteWriter(appendingTo: &arena)
        body(&writer)
        arena = writer.take()
        return Int32(arena.count - before)
    }

    private mutating func finish(_ at: Int, time: EventTime, delta: UInt32, _ key: Int32, _ headers: UInt32, _ value: Int32) {
        unsafe arena.withUnsafeMutableBytes { bytes in
            unsafe bytes.storeBytes(of: time.microseconds.littleEndian, toByteOffset: at, as: Int64.self)
            unsafe bytes.storeBytes(of: delta.littleEndian, toByteOffset: at + 8, as: UInt32.self)
            unsafe bytes.storeBytes(of: key.littleEndian, toByteOffset: at + 12, as: Int32.self)
            unsafe bytes.storeBytes(of: headers.littleEndian, toByteOffset: at + 16, as: UInt32.self)
            unsafe bytes.storeBytes(of: value.littleEndian, toByteOffset: at + 20, as: Int32.self)
        }
        entries.append(
            RecordBatch.Entry(
                time: time, start: UInt32(at + BatchFormat.recordHeaderSize), delta: delta, keyLength: key, headersLength: headers,
                valueLength: value))
        newest = max(newest, time)
        nextDelta = delta + 1
    }
}
