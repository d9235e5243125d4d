internal import CRocksDB

/// A walk over a database's keys in order, as they were when the cursor was made. Confined to one thread; keeps its database open.
@safe public final class Cursor {
    // SAFETY: created in `init`, freed in `deinit` before the database that `database` holds; the bounds outlive the iterator.
    private let handle: OpaquePointer
    private let options: OpaquePointer
    private let bounds: UnsafeMutableBufferPointer<CChar>
    private let database: Database

    /// A cursor that stands nowhere, over the keys from `lower` up to but without `upper`. `readahead` suits long scans;
    /// `fillsCache` false leaves the cache to others.
    public init(over database: Database, lower: [UInt8]? = nil, upper: [UInt8]? = nil, readahead: Int = 0, fillsCache: Bool = true) {
        self.database = database
        unsafe options = rocksdb_readoptions_create()
        let bytes = (lower ?? []) + (upper ?? [])
        unsafe bounds = .allocate(capacity: max(1, bytes.count))
        _ = unsafe bounds.initialize(fromContentsOf: bytes.map { CChar(bitPattern: $0) })
        let base = unsafe bounds.baseAddress.unsafelyUnwrapped
        if let lower { unsafe rocksdb_readoptions_set_iterate_lower_bound(options, base, lower.count) }
        if let upper { unsafe rocksdb_readoptions_set_iterate_upper_bound(options, base + (lower?.count ?? 0), upper.count) }
        if readahead > 0 { unsafe rocksdb_readoptions_set_readahead_size(options, readahead) }
        unsafe rocksdb_readoptions_set_fill_cache(options, fillsCache ? 1 : 0)
        unsafe handle = rocksdb_create_iterator(database.handle, options)
    }

    // ORDER: the iterator reads its options' bounds until it is gone, and lives inside the database.
    deinit {
        unsafe rocksdb_iter_destroy(handle)
        unsafe rocksdb_readoptions_destroy(options)
        unsafe bounds.deallocate()
    }

    /// Whether it stands on a key. When it does not, `check` tells the end from a failure.
    public var isValid: Bool { unsafe rocksdb_iter_valid(handle) != 0 }

    /// Goes to the first key.
    public func seekToFirst() { unsafe rocksdb_iter_seek_to_first(handle) }

    /// Goes to the last key.
    public func seekToLast() { unsafe rocksdb_iter_seek_to_last(handle) }

    /// Goes to the first key at or after `key`.
    public func seek(_ key: [UInt8]) {
        unsafe key.withUnsafeBytes { unsafe rocksdb_iter_seek(handle, $0.characters, $0.count) }
    }

    /// Goes to the last key at or before `key`.
    public func seekForPrevious(_ key: [UInt8]) {
        unsafe key.withUnsafeBytes { unsafe rocksdb_iter_seek_for_prev(handle, $0.characters, $0.count) }
    }

    /// Goes one key on; it must be valid.
    public func next() { unsafe rocksdb_iter_next(handle) }

    /// Goes one key back; it must be valid.
    public func previous() { unsafe rocksdb_iter_prev(handle) }

    /// Lends the key it stands on; it must be valid. The bytes end with the call.
    public func withKey<Result, Failure: Error>(_ body: (UnsafeRawBufferPointer) throws(Failure) -> Result) throws(Failure) -> Result {
        var count = 0
        let bytes = unsafe rocksdb_iter_key(handle, &count)
        return try unsafe body(UnsafeRawBufferPointer(start: bytes, count: count))
    }

    /// Lends the value it stands on; it must be valid. A value in a blob file was read when the cursor moved here.
    public func withValue<Result, Failure: Error>(_ body: (UnsafeRawBufferPointer) throws(Failure) -> Result) throws(Failure) -> Result {
        var count = 0
        let bytes = unsafe rocksdb_iter_value(handle, &count)
        return try unsafe body(UnsafeRawBufferPointer(start: bytes, count: count))
    }

    /// Throws when the last move failed instead of reaching an end. To be called whenever `isValid` turned false.
    public func check() throws(RocksDBFailure) {
        try unsafe checked("walking \(database.path)") { unsafe rocksdb_iter_get_error(handle, $0) }
    }
}
