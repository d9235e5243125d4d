/// How a database keeps its data. The defaults suit a small database with a write-ahead log.
public struct DatabaseOptions: Sendable {
    /// How values are compressed on disk.
    public enum Compression: Sendable {
        /// Not at all.
        case none
        /// With LZ4.
        case lz4
    }

    /// What is done with a write-ahead log that is damaged or ends in the middle of a record.
    public enum WALRecovery: Sendable {
        /// Opening fails unless every record is whole.
        case wholeOnly
        /// Opening stops at the first record that is not whole and drops everything after it.
        case upToFirstDamage
    }

    /// Memory for blocks; `nil`: 8 MiB of the database's own.
    public var cache: BlockCache?
    /// How large one memtable grows before it is written to a file, in bytes.
    public var writeBufferSize = 32 << 20
    /// How many memtables may exist at once, the one being written included; at the limit writers wait.
    public var maxWriteBuffers = 3
    /// A bound on all memtables together, in bytes; 0: none.
    public var totalWriteBufferSize = 0
    /// From which size on a value is kept in a blob file, outside the sorted files; `nil`: never.
    public var minBlobSize: Int?
    /// How large one blob file grows, in bytes.
    public var blobFileSize = 256 << 20
    /// Bits of bloom filter a key; 0: no filter.
    public var bloomBits = 0
    /// Whether indexes and filters are cut into blocks that are read when a look-up needs them, so that a cache smaller than all of them
    /// still serves. Not where values are read unchecked: those blocks would be too, and a damaged one ends the process.
    public var isIndexPartitioned = false
    /// How sorted files and blob files are compressed.
    public var compression = Compression.none
    /// Whether `write` leaves the write-ahead log out unless told otherwise: what is not flushed is lost with the process.
    public var isWALDisabledByDefault = false
    /// How a damaged write-ahead log is treated.
    public var walRecovery = WALRecovery.upToFirstDamage
    /// Whether the memtables of all column families reach the disk together. Needed where the write-ahead log is disabled.
    public var isFlushAtomic = false
    /// How many flushes and compactions may run at once.
    public var maxBackgroundJobs = 2
    /// How many files stay open; −1: all of them, checked at open.
    public var maxOpenFiles = 256
    /// Whether a missing database is created.
    public var createsIfMissing = true

    /// The defaults.
    public init() {}
}
