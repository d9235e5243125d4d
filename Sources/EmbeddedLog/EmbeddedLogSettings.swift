public import RocksDB

/// How an embedded log keeps its data.
public struct EmbeddedLogSettings: Sendable {
    /// When a commit counts as done.
    public enum Durability: String, Sendable {
        /// When the disk has it: it survives a power loss.
        case sync
        /// When the operating system has it: it survives the end of the process, not of the machine.
        case os
    }

    /// When a commit counts as done.
    public var durability = Durability.sync
    /// Memory for what is read from disk, shared with the process's other databases; `nil`: 8 MiB of its own.
    public var cache: BlockCache?
    /// How many bytes of new batches stay in memory for the readers that follow them.
    public var recentBytes = 32 << 20
    /// How many bytes are written before a memtable goes to disk: what a start after a crash has to replay at most a few times over.
    public var memtableBytes = 32 << 20
    /// About how many bytes of the newest batches are read and checked when a log is opened; a smaller log is checked whole.
    public var verifiedBytes = 16 << 20
    /// The share of a compacted partition that is new since its last compaction from which the next one begins.
    public var dirtyRatio = 0.5
    /// Below this many new bytes no compaction begins.
    public var minimumDirtyBytes = 1 << 20
    /// How many bytes of keys one compaction holds in memory; a partition with more is compacted in several passes.
    public var compactionKeyBytes = 32 << 20
    /// About how many bytes one call of `maintain` reads and rewrites.
    public var maintenanceBytes = 32 << 20

    /// The defaults.
    public init() {}
}
