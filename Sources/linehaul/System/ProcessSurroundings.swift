internal import Freight
internal import Gateway
internal import HTTPServer
internal import Metrics
internal import RocksDBState
internal import StructuredLog
internal import Topology

extension Surroundings {
    /// Those of a process that serves.
    static func process(
        _ cluster: ClusterSettings, instance: String, mount: HTTPMount, doorkeeper: Doorkeeper, databases: Databases,
        state: RocksDBState,
        metrics: MetricsRegistry, logger: Logger
    ) -> Surroundings {
        let entropy = EntropyPool()
        var surroundings = Surroundings(
            mount: mount, instance: instance, version: Program.version, origins: Set(cluster.cors),
            entropy: { entropy.next() }, identify: { doorkeeper.identify($0) }, metrics: metrics, logger: logger)
        surroundings.readModel = { databases.readModel(over: $0) }
        surroundings.obstacle = { state.trouble.map { _ in .stateUnavailable } }
        return surroundings
    }

    /// Those of a command that only looks at jobs: nothing is served there, nobody hears of it.
    static var nowhere: Surroundings {
        Surroundings(
            mount: HTTPMount(), instance: "", version: Program.version, origins: [], entropy: { Entropy(high: 0, low: 0) },
            metrics: MetricsRegistry(), logger: Logger(LogOutput(format: .json, clock: { "" }, sink: { _ in })))
    }
}

extension Refusal {
    /// 503: the disk on which this process keeps its jobs' state takes nothing.
    static let stateUnavailable = Refusal(
        503, "STATE_UNAVAILABLE", "the state of this process's jobs takes no writes at the moment; try again later, or another process")
}
