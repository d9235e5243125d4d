internal import EventLog
internal import Inspection
internal import RocksDB
internal import RocksDBState
internal import StreamCore
internal import StructuredLog
internal import Topology

/// What a process keeps: the log, wherever that is, and the state on its disk, with one memory for the blocks of both.
struct Store: Sendable {
    /// Held as long as the store is.
    let directory: DataDirectory
    let log: any EventLog
    let state: RocksDBState
    /// Whether other processes share the log.
    let isShared: Bool

    /// Opens both for a cluster, creating what is missing; `address` is where other processes reach this one.
    init(_ cluster: ClusterSettings, at address: ListenAddress, logger: Logger) throws {
        guard let door = logs.first(where: { $0.kind == cluster.log }) else {
            let known = logs.map(\.kind.rawValue).joined(separator: " or ")
            throw CommandFailure(
                "opening the log: this program does not have \(cluster.log.rawValue); set log.kind (LINEHAUL_LOG) to \(known)")
        }
        directory = try DataDirectory(cluster.data)
        let cache = BlockCache(bytes: cluster.memory.cache)
        isShared = door.isShared
        log = try door.open(
            LogPlace(
                cluster: cluster, directory: cluster.data, instance: directory.instance, address: address, cache: cache, logger: logger))
        state = try RocksDBState("\(cluster.data)/state", cache: cache)
    }
}

extension RocksDBState {
    /// What `/health` says of it.
    var dependency: Dependency {
        trouble == nil
            ? Dependency("state", .healthy) : Dependency("state", .unhealthy, detail: "the state of this process's jobs takes no writes")
    }
}
