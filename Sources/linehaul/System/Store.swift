internal import EmbeddedLog
internal import EventLog
internal import Foundation
internal import RocksDB
internal import RocksDBState
internal import StreamCore
internal import StructuredLog
internal import Topology

/// What a process keeps on its disk: the log and the state, with one memory for the blocks of both.
struct Store: Sendable {
    let log: EmbeddedLog
    let state: RocksDBState

    /// Opens both below the cluster's data directory, creating what is missing.
    init(_ cluster: ClusterSettings, logger: Logger) throws {
        guard logs.contains(cluster.log) else {
            throw CommandFailure(
                "opening the log: this program keeps topics in the embedded log alone; set log.kind (LINEHAUL_LOG) to embedded")
        }
        let cache = BlockCache(bytes: cluster.memory.cache)
        var settings = EmbeddedLogSettings()
        settings.cache = cache
        settings.durability = cluster.durability == .sync ? .sync : .os
        try FileManager.default.createDirectory(atPath: cluster.data, withIntermediateDirectories: true)
        log = try EmbeddedLog(directory: "\(cluster.data)/log", settings: settings, clock: SystemClock.now)
        if let tail = log.recovery.droppedTail {
            logger.warning("log opened up to its first damage", [.path: "\(cluster.data)/log", .reason: tail])
        }
        state = try RocksDBState("\(cluster.data)/state", cache: cache)
    }
}
