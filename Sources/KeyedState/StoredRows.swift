public import StreamCore

/// Rows of a task as its store keeps them, bytes under bytes in key order, in one arena: a picture that stays as it is.
public struct StoredRows: Sendable {
    private var arena: [UInt8] = []
    private var entries: [Entry] = []

    private struct Entry: Sendable, BitwiseCopyable {
        var start: Int
        var middle: Int
        var end: Int
    }

    /// No rows.
    public init() {}

    /// Every row of a store whose key begins with `prefix`, the task's marker left out.
    public init(of store: any TaskStore, prefix: [UInt8] = []) throws(StageFailure) {
        try unsafe store.scan(prefix: prefix, from: prefix) { key, value throws(StageFailure) in
            if unsafe !key.elementsEqual(Marker.key) { unsafe append(key, value) }
            return true
        }
    }

    /// How many rows it holds.
    public var count: Int { entries.count }

    /// How many bytes their keys and values take.
    public var byteCount: Int { arena.count }

    private mutating func append(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        let start = arena.count
        unsafe arena.append(contentsOf: key)
        let middle = arena.count
        unsafe arena.append(contentsOf: value)
        entries.append(Entry(start: start, middle: middle, end: arena.count))
    }

    /// The key of row `index`.
    public func key(_ index: Int) -> ArraySlice<UInt8> { arena[entries[index].start..<entries[index].middle] }

    /// The value of row `index`.
    public func value(_ index: Int) -> ArraySlice<UInt8> { arena[entries[index].middle..<entries[index].end] }

    /// Calls `body` with each key under which `newer` holds something else, in key order, with what stands there in each; `nil` is nothing.
    public func changes(
        to newer: StoredRows,
        _ body: (_ key: ArraySlice<UInt8>, _ before: ArraySlice<UInt8>?, _ after: ArraySlice<UInt8>?) throws(StageFailure) -> Void
    ) throws(StageFailure) {
        var (old, new) = (0, 0)
        while old < count || new < newer.count {
            if new == newer.count || old < count && key(old).lexicographicallyPrecedes(newer.key(new)) {
                try body(key(old), value(old), nil)
                old += 1
            } else if old == count || newer.key(new).lexicographicallyPrecedes(key(old)) {
                try body(newer.key(new), nil, newer.value(new))
                new += 1
            } else {
                if value(old) != newer.value(new) { try body(key(old), value(old), newer.value(new)) }
                old += 1
                new += 1
            }
        }
    }

    /// Those whose key begins with `prefix`.
    public func beginning(with prefix: [UInt8]) -> StoredRows {
        var found = StoredRows()
        found.arena = arena
        found.entries = entries.filter { arena[$0.start..<$0.middle].starts(with: prefix) }
        return found
    }

    /// Appends the rows: their count, and each key and value behind its length.
    public func encode(into writer: inout ByteWriter) {
        writer.varint(UInt64(count))
        for index in 0..<count {
            writer.blob(key(index))
            writer.blob(value(index))
        }
    }

    /// Reads what `encode` wrote; keys that do not rise are refused.
    public init(from reader: inout ByteReader) throws(DecodeFailure) {
        for index in 0..<(try reader.count(ofAtLeast: 2)) {
            let key = try reader.blob()
            let value = try reader.blob()
            guard index == 0 || self.key(index - 1).lexicographicallyPrecedes(key) else {
                throw DecodeFailure("row \(index) stands out of the order of keys")
            }
            unsafe key.withUnsafeBytes { key in unsafe value.withUnsafeBytes { unsafe append(key, $0) } }
        }
    }
}
