/// Fills one batch with records whose parts lie elsewhere in memory, each part copied once, straight into its place: what a log makes of
/// records that another library fetched. Offsets may have gaps.
@safe public struct BatchAssembler: ~Copyable {
    // SAFETY: lent by `RecordBatch.assembling`, whose buffer outlives this noncopyable value; every append is checked against its end.
    private let arena: UnsafeMutableRawBufferPointer
    fileprivate var entries: [RecordBatch.Entry] = []
    fileprivate var end = BatchFormat.headerSize
    fileprivate var newest = EventTime.distantPast
    private let base: Offset

    fileprivate init(_ arena: UnsafeMutableRawBufferPointer, count: Int, base: Offset) {
        unsafe self.arena = arena
        self.base = base
        entries.reserveCapacity(count)
    }

    /// Appends a record. `headers` are in the form that `ByteWriter.header` writes; offsets rise, less than 2³² above the batch's base.
    public mutating func append(
        offset: Offset, time: EventTime, key: UnsafeRawBufferPointer?, headers: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer?
    ) {
        let start = end + BatchFormat.recordHeaderSize
        let entry = unsafe RecordBatch.Entry(
            time: time, start: UInt32(start), delta: UInt32(offset.number - base.number),
            keyLength: key.map { Int32($0.count) } ?? -1, headersLength: UInt32(headers.count),
            valueLength: value.map { Int32($0.count) } ?? -1)
        unsafe precondition(entry.end <= arena.count - BatchFormat.padding, "a batch that was announced smaller than it is")
        unsafe arena.storeBytes(of: time.microseconds.littleEndian, toByteOffset: end, as: Int64.self)
        unsafe arena.storeBytes(of: entry.delta.littleEndian, toByteOffset: end + 8, as: UInt32.self)
        unsafe arena.storeBytes(of: entry.keyLength.littleEndian, toByteOffset: end + 12, as: Int32.self)
        unsafe arena.storeBytes(of: entry.headersLength.littleEndian, toByteOffset: end + 16, as: UInt32.self)
        unsafe arena.storeBytes(of: entry.valueLength.littleEndian, toByteOffset: end + 20, as: Int32.self)
        if let key = unsafe key { unsafe copy(key, entry.keyStart) }
        unsafe copy(headers, entry.headersStart)
        if let value = unsafe value { unsafe copy(value, entry.valueStart) }
        end = entry.end
        entries.append(entry)
        newest = max(newest, time)
    }

    private func copy(_ bytes: UnsafeRawBufferPointer, _ at: Int) {
        guard bytes.count > 0 else { return }
        unsafe UnsafeMutableRawBufferPointer(rebasing: arena[at...]).copyMemory(from: bytes)
    }

    fileprivate mutating func finish() {
        unsafe arena[0] = BatchFormat.version
        for index in 1..<4 { unsafe arena[index] = 0 }
        unsafe arena.storeBytes(of: UInt32(entries.count).littleEndian, toByteOffset: 4, as: UInt32.self)
        unsafe arena.storeBytes(of: newest.microseconds.littleEndian, toByteOffset: 8, as: Int64.self)
        for index in end..<end + BatchFormat.padding { unsafe arena[index] = 0 }
    }
}

extension RecordBatch {
    /// A batch of the at most `count` records that `fill` appends, whose keys, headers and values take at most `bytes` bytes together.
    public static func assembling(count: Int, bytes: Int, base: Offset, _ fill: (inout BatchAssembler) -> Void) -> RecordBatch {
        let capacity = BatchFormat.headerSize + count * BatchFormat.recordHeaderSize + bytes + BatchFormat.padding
        precondition(capacity < Int(UInt32.max), "a batch of more than 4 GiB: callers cut batches far below that")
        var entries: [Entry] = []
        let arena = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, filled in
            var assembler = unsafe BatchAssembler(UnsafeMutableRawBufferPointer(buffer), count: count, base: base)
            fill(&assembler)
            assembler.finish()
            filled = assembler.end + BatchFormat.padding
            swap(&entries, &assembler.entries)
        }
        return RecordBatch(base: base, arena: arena, entries: entries)
    }
}
