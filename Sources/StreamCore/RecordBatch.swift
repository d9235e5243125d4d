/// Up to a few thousand records in one arena of bytes: the unit that moves between log, task and disk. Immutable, so it is shared freely.
///
/// The arena is the stored form itself (see `BatchFormat`), followed by 64 readable bytes so that simdjson may read past a value's end.
public final class RecordBatch: Sendable {
    /// Where the first record would be had nothing been compacted away.
    public let base: Offset
    let arena: [UInt8]
    let entries: [Entry]

    /// Where one record's parts lie in the arena.
    struct Entry: Sendable, BitwiseCopyable {
        var time: EventTime
        var start: UInt32
        var delta: UInt32
        var keyLength: Int32
        var headersLength: UInt32
        var valueLength: Int32

        var keyStart: Int { Int(start) }
        var headersStart: Int { keyStart + max(0, Int(keyLength)) }
        var valueStart: Int { headersStart + Int(headersLength) }
        var end: Int { valueStart + max(0, Int(valueLength)) }
    }

    init(base: Offset, arena: [UInt8], entries: [Entry]) {
        self.base = base
        self.arena = arena
        self.entries = entries
    }

    /// How many records it holds.
    public var count: Int { entries.count }

    /// Whether it holds none.
    public var isEmpty: Bool { entries.isEmpty }

    /// Its size in stored form, in bytes.
    public var byteCount: Int { arena.count - BatchFormat.padding }

    /// The offset after its last record; its base when it is empty.
    public var next: Offset { entries.last.map { base.advanced(by: Int($0.delta) + 1) } ?? base }

    /// The offset of record `index`.
    public func offset(_ index: Int) -> Offset { base.advanced(by: Int(entries[index].delta)) }

    /// The event time of record `index`.
    public func time(_ index: Int) -> EventTime { entries[index].time }

    /// Lends the key of record `index` to `body`; `nil` where it has none.
    public func withKey<Result, Failure: Error>(
        _ index: Int, _ body: (UnsafeRawBufferPointer?) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let entry = entries[index]
        return try unsafe arena.withUnsafeBufferPointer { pointer throws(Failure) -> Result in
            let bytes = UnsafeRawBufferPointer(pointer)
            return try unsafe body(entry.keyLength < 0 ? nil : UnsafeRawBufferPointer(rebasing: bytes[entry.keyStart..<entry.headersStart]))
        }
    }

    /// Lends the value of record `index` to `body`, with 64 readable bytes behind it; `nil` for a tombstone.
    public func withValue<Result, Failure: Error>(
        _ index: Int, _ body: (UnsafeRawBufferPointer?) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let entry = entries[index]
        return try unsafe arena.withUnsafeBufferPointer { pointer throws(Failure) -> Result in
            let bytes = UnsafeRawBufferPointer(pointer)
            return try unsafe body(entry.valueLength < 0 ? nil : UnsafeRawBufferPointer(rebasing: bytes[entry.valueStart..<entry.end]))
        }
    }

    /// Lends the whole stored form, without the padding, to `body`.
    public func withStoredBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe arena.withUnsafeBufferPointer { pointer throws(Failure) -> Result in
            let bytes = UnsafeRawBufferPointer(pointer)
            return try unsafe body(UnsafeRawBufferPointer(rebasing: bytes[..<byteCount]))
        }
    }

    /// Whether record `index` is a tombstone.
    public func isTombstone(_ index: Int) -> Bool { entries[index].valueLength < 0 }

    /// How many bytes the key and value of record `index` take.
    public func size(_ index: Int) -> Int { max(0, Int(entries[index].keyLength)) + max(0, Int(entries[index].valueLength)) }

    /// The headers of record `index`, decoded anew at each call; headers that cannot be read count as none.
    public func headers(_ index: Int) -> [Header] {
        let entry = entries[index]
        if entry.headersLength == 0 { return [] }
        return unsafe arena.withUnsafeBytes { bytes in
            let slice = unsafe UnsafeRawBufferPointer(rebasing: bytes[entry.headersStart..<entry.valueStart])
            return (try? unsafe ByteReader.read(slice) { reader throws(DecodeFailure) in try [Header](from: &reader) }) ?? []
        }
    }

    /// Record `index` as a value of its own.
    public func record(_ index: Int) -> Record {
        Record(
            key: unsafe withKey(index) { unsafe $0.map { unsafe Array($0) } },
            value: unsafe withValue(index) { unsafe $0.map { unsafe Array($0) } },
            headers: headers(index), time: time(index))
    }

    /// All records as values of their own, in order.
    public var records: [Record] { (0..<count).map(record) }

    /// The same records standing at another base.
    public func rebased(to base: Offset) -> RecordBatch { RecordBatch(base: base, arena: arena, entries: entries) }
}
