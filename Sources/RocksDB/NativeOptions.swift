internal import CRocksDB

/// RocksDB's own options object for the time of an open, made of `DatabaseOptions`.
@safe struct NativeOptions: ~Copyable {
    // SAFETY: created in `init`, freed in `deinit`; the database copies what it needs.
    let handle: OpaquePointer

    init(_ options: DatabaseOptions) {
        unsafe handle = rocksdb_options_create()
        unsafe rocksdb_options_set_create_if_missing(handle, options.createsIfMissing ? 1 : 0)
        unsafe rocksdb_options_set_paranoid_checks(handle, 1)
        unsafe rocksdb_options_set_write_buffer_size(handle, options.writeBufferSize)
        unsafe rocksdb_options_set_max_write_buffer_number(handle, Int32(options.maxWriteBuffers))
        unsafe rocksdb_options_set_db_write_buffer_size(handle, options.totalWriteBufferSize)
        unsafe rocksdb_options_set_max_background_jobs(handle, Int32(options.maxBackgroundJobs))
        unsafe rocksdb_options_set_max_open_files(handle, Int32(options.maxOpenFiles))
        unsafe rocksdb_options_set_atomic_flush(handle, options.isFlushAtomic ? 1 : 0)
        unsafe rocksdb_options_set_wal_recovery_mode(handle, Int32(options.walRecovery == .wholeOnly ? Self.absolute : Self.pointInTime))
        unsafe rocksdb_options_set_skip_stats_update_on_db_open(handle, 1)
        unsafe rocksdb_options_set_level_compaction_dynamic_level_bytes(handle, 1)
        unsafe rocksdb_options_set_info_log_level(handle, Self.heads)
        unsafe rocksdb_options_set_keep_log_file_num(handle, 4)
        unsafe rocksdb_options_set_max_log_file_size(handle, 4 << 20)
        unsafe rocksdb_options_set_stats_dump_period_sec(handle, 0)
        setCompression(options)
        setBlobs(options)
        setTables(options)
    }

    deinit { unsafe rocksdb_options_destroy(handle) }

    private func setCompression(_ options: DatabaseOptions) {
        let algorithm = Int32(options.compression == .lz4 ? rocksdb_lz4_compression : rocksdb_no_compression)
        unsafe rocksdb_options_set_compression(handle, algorithm)
        unsafe rocksdb_options_set_blob_compression_type(handle, algorithm)
    }

    private func setBlobs(_ options: DatabaseOptions) {
        guard let size = options.minBlobSize else { return }
        unsafe rocksdb_options_set_enable_blob_files(handle, 1)
        unsafe rocksdb_options_set_min_blob_size(handle, UInt64(max(0, size)))
        unsafe rocksdb_options_set_blob_file_size(handle, UInt64(max(1, options.blobFileSize)))
    }

    private func setTables(_ options: DatabaseOptions) {
        let tables = unsafe rocksdb_block_based_options_create()
        defer { unsafe rocksdb_block_based_options_destroy(tables) }
        unsafe rocksdb_block_based_options_set_format_version(tables, 5)
        unsafe rocksdb_block_based_options_set_checksum(tables, Self.xxh3)
        if let cache = options.cache {
            unsafe rocksdb_block_based_options_set_block_cache(tables, cache.handle)
            unsafe rocksdb_block_based_options_set_cache_index_and_filter_blocks(tables, 1)
            unsafe rocksdb_block_based_options_set_pin_l0_filter_and_index_blocks_in_cache(tables, 1)
        }
        // The table factory takes the filter over and frees it.
        if options.bloomBits > 0 {
            unsafe rocksdb_block_based_options_set_filter_policy(tables, rocksdb_filterpolicy_create_bloom_full(Double(options.bloomBits)))
        }
        if options.isIndexPartitioned {
            // A look-up takes blocks of 4 kB of index and filter into the cache. A filter in one piece is megabytes, each look-up throws
            // another's out of a cache that they do not all fit in, and is read whole again.
            unsafe rocksdb_block_based_options_set_index_type(tables, Self.partitionedIndex)
            unsafe rocksdb_block_based_options_set_partition_filters(tables, 1)
            unsafe rocksdb_block_based_options_set_pin_top_level_index_and_filter(tables, 1)
            unsafe rocksdb_block_based_options_set_cache_index_and_filter_blocks_with_high_priority(tables, 1)
        }
        unsafe rocksdb_options_set_block_based_table_factory(handle, tables)
    }

    /// `WALRecoveryMode::kAbsoluteConsistency`.
    private static let absolute = 1
    /// `WALRecoveryMode::kPointInTimeRecovery`.
    private static let pointInTime = 2
    /// `InfoLogLevel::HEADER_LEVEL`: how it was opened, and nothing later. A line that finds the disk full would have the next one end the
    /// process: Debian's build asserts that no file is written to after an error, RocksDB's own log included. What goes wrong is in the
    /// failures of calls.
    private static let heads: Int32 = 5
    /// `ChecksumType::kXXH3`: 64 bits at memory speed, where Debian's CRC32C may be a table in software.
    private static let partitionedIndex: Int32 = 2
    private static let xxh3: CChar = 4
}
