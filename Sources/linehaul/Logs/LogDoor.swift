internal import EventLog
internal import RocksDB
internal import StructuredLog
internal import Topology

/// What a log is opened with.
struct LogPlace {
    let cluster: ClusterSettings
    /// The data directory, which this process holds.
    let directory: String
    /// What this process is known by across restarts.
    let instance: String
    /// Where other processes reach this one.
    let address: ListenAddress
    /// Memory for blocks, shared with the state.
    let cache: BlockCache
    let logger: Logger
}

/// A log that topics can be kept in.
struct LogDoor: Sendable {
    /// What `log.kind` calls it.
    let kind: ClusterSettings.LogKind
    /// Whether several processes share it: they are one cluster then, which answers and is applied to as a whole.
    let isShared: Bool
    /// Opens it. Where it is on other machines it need not be reached yet: its calls say `.unavailable` until it is.
    let open: @Sendable (LogPlace) throws -> any EventLog
}
