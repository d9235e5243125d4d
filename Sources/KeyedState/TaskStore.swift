public import StreamCore

/// One task's rows on disk (or, in tests and replays, in memory): bytes under bytes, in key order. The task's thread reads it while
/// another may write it.
///
/// Only committed epochs are written to it, each call atomically with the changelog position it corresponds to.
public protocol TaskStore: AnyObject, Sendable {
    /// After the last changelog record whose effect is in the rows; `nil` when the store is new.
    var changelogPosition: Offset? { get }

    /// Lends the row under `key` to `body`, `nil` when there is none.
    func withRow<Result>(
        _ key: [UInt8], _ body: (UnsafeRawBufferPointer?) throws(StageFailure) -> Result
    ) throws(StageFailure) -> Result

    /// Lends the rows whose key begins with `prefix` and is at least `first` to `body`, in key order, until it answers `false`.
    func scan(
        prefix: [UInt8], from first: [UInt8], _ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer) throws(StageFailure) -> Bool
    ) throws(StageFailure)

    /// Writes rows and where the changelog then stands, all or nothing. Without a position the store counts as unfinished: a rebuild writes
    /// its rows in parts, and one that was cut short begins anew.
    func write(_ rows: RowWrites, changelogPosition: Offset?) throws(StageFailure)

    /// Forgets every row and the position, durably: before a rebuild from the start of the changelog.
    func clear() throws(StageFailure)
}

/// Rows to be put (or, without a value, deleted), in one arena.
public struct RowWrites: Sendable {
    private var bytes: [UInt8] = []
    private var rows: [(key: Range<Int>, value: Range<Int>?)] = []

    /// No rows.
    public init() {}

    /// How many rows it holds.
    public var count: Int { rows.count }

    /// How many bytes its rows take.
    public var byteCount: Int { bytes.count }

    /// Adds a row; `nil` deletes it.
    public mutating func set(_ key: UnsafeRawBufferPointer, to value: UnsafeRawBufferPointer?) {
        let start = bytes.count
        unsafe bytes.append(contentsOf: key)
        let middle = bytes.count
        guard let value = unsafe value else { return rows.append((start..<middle, nil)) }
        unsafe bytes.append(contentsOf: value)
        rows.append((start..<middle, middle..<bytes.count))
    }

    /// Adds record `index` of a changelog batch.
    public mutating func set(_ index: Int, of batch: RecordBatch) {
        unsafe batch.withKey(index) { key in
            unsafe batch.withValue(index) { value in if let key = unsafe key { unsafe set(key, to: value) } }
        }
    }

    /// Lends each row in turn, in the order added.
    public func forEach(_ body: (UnsafeRawBufferPointer, UnsafeRawBufferPointer?) throws(StageFailure) -> Void) throws(StageFailure) {
        for row in rows {
            try unsafe bytes.withUnsafeBufferPointer { pointer throws(StageFailure) in
                let all = UnsafeRawBufferPointer(pointer)
                try unsafe body(
                    UnsafeRawBufferPointer(rebasing: all[row.key]), row.value.map { unsafe UnsafeRawBufferPointer(rebasing: all[$0]) })
            }
        }
    }
}
