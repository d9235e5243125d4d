internal import CRocksDB

/// Changes that reach a database together or not at all. Reusable after `clear`; confined to one thread at a time.
@safe public struct WriteBatch: ~Copyable, @unchecked Sendable {
    // SAFETY: created in `init`, freed in `deinit`, and noncopyable, so one owner at a time touches it.
    let handle: OpaquePointer

    /// An empty batch.
    public init() {
        unsafe handle = rocksdb_writebatch_create()
    }

    deinit { unsafe rocksdb_writebatch_destroy(handle) }

    /// How many changes it holds.
    public var count: Int { Int(unsafe rocksdb_writebatch_count(handle)) }

    /// Its size in bytes, as the write-ahead log will have it.
    public var byteCount: Int {
        var size = 0
        _ = unsafe rocksdb_writebatch_data(handle, &size)
        return size
    }

    /// Drops all changes; memory is kept.
    public mutating func clear() { unsafe rocksdb_writebatch_clear(handle) }

    /// Sets `key` to `value`.
    public mutating func put(_ key: UnsafeRawBufferPointer, _ value: UnsafeRawBufferPointer) {
        unsafe rocksdb_writebatch_put(handle, key.characters, key.count, value.characters, value.count)
    }

    /// Sets `key` to `value`.
    public mutating func put(_ key: [UInt8], _ value: [UInt8]) {
        unsafe key.withUnsafeBytes { key in unsafe value.withUnsafeBytes { unsafe put(key, $0) } }
    }

    /// Sets `key` to `head` followed by `body`, without joining them beforehand.
    public mutating func put(_ key: [UInt8], head: [UInt8], body: UnsafeRawBufferPointer) {
        unsafe key.withUnsafeBytes { key in
            unsafe head.withUnsafeBytes { head in
                let keys: [UnsafePointer<CChar>?] = unsafe [key.characters]
                let values: [UnsafePointer<CChar>?] = unsafe [head.characters, body.characters]
                unsafe rocksdb_writebatch_putv(handle, 1, keys, [key.count], 2, values, [head.count, body.count])
            }
        }
    }

    /// Removes `key`.
    public mutating func delete(_ key: UnsafeRawBufferPointer) {
        unsafe rocksdb_writebatch_delete(handle, key.characters, key.count)
    }

    /// Removes `key`.
    public mutating func delete(_ key: [UInt8]) { unsafe key.withUnsafeBytes { unsafe delete($0) } }

    /// Removes every key from `start` up to but without `end`, at the cost of one change.
    public mutating func deleteRange(from start: [UInt8], to end: [UInt8]) {
        unsafe start.withUnsafeBytes { start in
            unsafe end.withUnsafeBytes { end in
                unsafe rocksdb_writebatch_delete_range(handle, start.characters, start.count, end.characters, end.count)
            }
        }
    }
}
