internal import CRocksDB

/// One RocksDB in one directory, open as long as this object lives. Calls may come from any thread and block on the disk.
///
/// It closes when the last reference to it goes; cursors hold one, so nothing can outlive the database it reads.
@safe public final class Database: Sendable {
    // SAFETY: opened in `init`, closed in `deinit`, and RocksDB's database object is thread-safe; the option objects are only read.
    nonisolated(unsafe) let handle: OpaquePointer
    nonisolated(unsafe) let reading: OpaquePointer
    nonisolated(unsafe) private let trusting: OpaquePointer
    nonisolated(unsafe) private let writing: [OpaquePointer]
    private let options: DatabaseOptions
    /// The directory it lives in.
    public let path: String

    /// Opens the database in `path`, creating it where the options allow.
    public init(_ path: String, options: DatabaseOptions = DatabaseOptions()) throws(RocksDBFailure) {
        let native = NativeOptions(options)
        guard let opened = try unsafe checked("opening \(path)", { unsafe rocksdb_open(native.handle, path, $0) }) else {
            throw RocksDBFailure(.other, "opening \(path): no database and no reason given")
        }
        unsafe handle = opened
        unsafe reading = rocksdb_readoptions_create()
        unsafe trusting = rocksdb_readoptions_create()
        unsafe rocksdb_readoptions_set_verify_checksums(trusting, 0)
        unsafe writing = [(sync: 0, bare: 0), (1, 0), (0, 1)].map { (sync: UInt8, bare: Int32) in
            let write = unsafe rocksdb_writeoptions_create().unsafelyUnwrapped
            unsafe rocksdb_writeoptions_set_sync(write, sync)
            unsafe rocksdb_writeoptions_disable_WAL(write, bare)
            return unsafe write
        }
        self.options = options
        self.path = path
    }

    // ORDER: the database before the option objects that its calls used, the cache (in `options`) last.
    deinit {
        unsafe rocksdb_close(handle)
        unsafe rocksdb_readoptions_destroy(reading)
        unsafe rocksdb_readoptions_destroy(trusting)
        for index in unsafe writing.indices { unsafe rocksdb_writeoptions_destroy(writing[index]) }
    }

    /// Lends the value of `key` to `body`, `nil` where there is none, without copying it. The bytes end with the call.
    ///
    /// With `isChecked: false` the database does not verify its own checksum (a CRC32C in software, 1.4 GB/s in Debian's build): for values
    /// that carry one which the caller verifies.
    public func withValue<Result>(
        for key: UnsafeRawBufferPointer, isChecked: Bool = true, _ body: (UnsafeRawBufferPointer?) -> Result
    ) throws(RocksDBFailure) -> Result {
        let options = unsafe isChecked ? reading : trusting
        let pinned = try unsafe checked("reading \(path)") { unsafe rocksdb_get_pinned(handle, options, key.characters, key.count, $0) }
        guard let pinned = unsafe pinned else { return body(nil) }
        defer { unsafe rocksdb_pinnableslice_destroy(pinned) }
        var count = 0
        let bytes = unsafe rocksdb_pinnableslice_value(pinned, &count)
        return unsafe body(UnsafeRawBufferPointer(start: bytes, count: count))
    }

    /// Lends the value of `key` to `body`, `nil` where there is none.
    public func withValue<Result>(
        for key: [UInt8], isChecked: Bool = true, _ body: (UnsafeRawBufferPointer?) -> Result
    ) throws(RocksDBFailure) -> Result {
        try unsafe key.withUnsafeBufferPointer { bytes throws(RocksDBFailure) -> Result in
            try unsafe withValue(for: UnsafeRawBufferPointer(bytes), isChecked: isChecked, body)
        }
    }

    /// A copy of the value of `key`, for rare paths.
    public func value(for key: [UInt8]) throws(RocksDBFailure) -> [UInt8]? {
        try unsafe withValue(for: key) { (bytes: UnsafeRawBufferPointer?) -> [UInt8]? in unsafe bytes.map { unsafe Array($0) } }
    }

    /// Whether compactions from now on move the live values out of the older half of the blob files, so that the dead ones among them go.
    /// Off at first: it rewrites what is alive, which is worth it only where much is dead.
    public func collectBlobs(_ isOn: Bool) throws(RocksDBFailure) {
        let options = [("enable_blob_garbage_collection", isOn ? "true" : "false"), ("blob_garbage_collection_age_cutoff", "0.5")]
        for (name, value) in options {
            try unsafe checked("setting \(name) of \(path)") { failure in
                unsafe name.withCString { name in
                    unsafe value.withCString { value in
                        var (names, values) = unsafe (Optional(name), Optional(value))
                        unsafe rocksdb_set_options(handle, 1, &names, &values, failure)
                    }
                }
            }
        }
    }

    /// Applies `batch` as one. With `sync` it has reached the disk when this returns; without the write-ahead log it has when flushed.
    public func write(_ batch: borrowing WriteBatch, sync: Bool = false, disableWAL: Bool? = nil) throws(RocksDBFailure) {
        let isBare = disableWAL ?? options.isWALDisabledByDefault
        let how = unsafe writing[isBare ? 2 : sync ? 1 : 0]
        try unsafe checked("writing \(path)") { [batch = batch.handle] in unsafe rocksdb_write(handle, how, batch, $0) }
    }

    /// Writes memtables to files; with `wait`, returns when they are there.
    public func flush(wait: Bool) throws(RocksDBFailure) {
        let flush = unsafe rocksdb_flushoptions_create()
        defer { unsafe rocksdb_flushoptions_destroy(flush) }
        unsafe rocksdb_flushoptions_set_wait(flush, wait ? 1 : 0)
        try unsafe checked("flushing \(path)") { unsafe rocksdb_flush(handle, flush, $0) }
    }

    /// Drops at once the files whose keys all lie in the range; what shares a file with others stays. Only for ranges nobody reads.
    public func deleteFilesInRange(from start: [UInt8], to end: [UInt8]) throws(RocksDBFailure) {
        try unsafe checked("dropping files of \(path)") { slot in
            unsafe start.withUnsafeBytes { start in
                unsafe end.withUnsafeBytes { end in
                    unsafe rocksdb_delete_file_in_range(handle, start.characters, start.count, end.characters, end.count, slot)
                }
            }
        }
    }

    /// Rewrites the files of the range, so that what was deleted in it gives its space back. Long: on a thread of the caller's own.
    public func compact(from start: [UInt8], to end: [UInt8]) {
        unsafe start.withUnsafeBytes { start in
            unsafe end.withUnsafeBytes { end in
                unsafe rocksdb_compact_range(handle, start.characters, start.count, end.characters, end.count)
            }
        }
    }

    /// About how many bytes of files the keys of the range take; memtables and blob files are not counted.
    public func approximateSize(from start: [UInt8], to end: [UInt8]) throws(RocksDBFailure) -> Int {
        var size: UInt64 = 0
        try unsafe checked("sizing \(path)") { slot in
            unsafe start.withUnsafeBytes { start in
                unsafe end.withUnsafeBytes { end in
                    let starts: [UnsafePointer<CChar>?] = unsafe [start.characters]
                    let ends: [UnsafePointer<CChar>?] = unsafe [end.characters]
                    unsafe rocksdb_approximate_sizes(handle, 1, starts, [start.count], ends, [end.count], &size, slot)
                }
            }
        }
        return Int(clamping: size)
    }

    /// RocksDB's answer to one of its property names (`rocksdb.estimate-num-keys`); `nil` for a name it does not know.
    public func property(_ name: String) -> String? {
        guard let text = unsafe rocksdb_property_value(handle, name) else { return nil }
        defer { unsafe rocksdb_free(text) }
        return unsafe String(cString: text)
    }

    /// Makes a consistent copy in `directory`, which must not exist: hard links where the file system allows, so cheap.
    public func checkpoint(to directory: String) throws(RocksDBFailure) {
        let maker = try unsafe checked("checkpointing \(path)") { unsafe rocksdb_checkpoint_object_create(handle, $0) }
        defer { unsafe rocksdb_checkpoint_object_destroy(maker) }
        try unsafe checked("checkpointing \(path) to \(directory)") { unsafe rocksdb_checkpoint_create(maker, directory, 0, $0) }
    }

    /// Deletes the database in `path` with all it holds; it must not be open.
    public static func destroy(_ path: String) throws(RocksDBFailure) {
        let native = NativeOptions(DatabaseOptions())
        try unsafe checked("destroying \(path)") { unsafe rocksdb_destroy_db(native.handle, path, $0) }
    }
}
