internal import CRocksDB

/// Memory for blocks and blobs read from disk. One cache is shared by every database of a process, so that one figure bounds them all.
@safe public final class BlockCache: Sendable {
    // SAFETY: created in `init`, freed in `deinit`; RocksDB's cache is thread-safe and counts the databases that still use it.
    nonisolated(unsafe) let handle: OpaquePointer

    /// A cache of that many bytes, evicting what was used longest ago.
    public init(bytes: Int) {
        unsafe handle = rocksdb_cache_create_lru(max(0, bytes))
    }

    deinit { unsafe rocksdb_cache_destroy(handle) }

    /// How many bytes it may hold.
    public var capacity: Int { unsafe rocksdb_cache_get_capacity(handle) }

    /// How many bytes it holds now.
    public var usage: Int { unsafe rocksdb_cache_get_usage(handle) }
}
