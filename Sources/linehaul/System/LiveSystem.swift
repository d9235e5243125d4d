internal import Dataflow
internal import Dispatch
internal import EmbeddedLog
internal import EventLog
internal import Execution
internal import Foundation
internal import HTTPServer
internal import Inspection
internal import Metrics
internal import RocksDBState
internal import Savepoints
internal import ServiceLifecycle
internal import StreamCore
internal import StructuredLog
internal import Topology

/// A process that runs jobs: the log, the state, the engine, the listener, and what keeps them going.
struct LiveSystem {
    /// What a system is made of and told.
    struct Settings {
        var folder: TopologyFolder
        var environment: [String: String]
        /// The directory that is watched for changes, `nil` for none.
        var watched: String?
    }

    let topology: LoadedTopology
    let logger: Logger
    let address: String
    private let output: LogOutput
    private let store: Store
    private let engine: Engine
    private let host: JobHost
    private let listener: ListenerService
    private let deployments: [JobDeployment]
    private let watched: String?

    /// Checks the folder, opens the log and the state and begins to listen. Blocks; nothing is deployed yet.
    init(_ settings: Settings, terminal: Terminal) throws {
        let output = LogOutput(format: terminal.isErrorInteractive ? .text : .json, clock: { SystemClock.now().rfc3339 }) { lines in
            try? FileHandle.standardError.write(contentsOf: Data(lines))
        }
        self.output = output
        let logger = Logger(output)
        self.logger = logger
        let started = SystemClock.now()
        (topology, deployments) = try settings.folder.deploy(environment: settings.environment, catalog: jobs)
        let cluster = topology.cluster
        let token = settings.environment["LINEHAUL_TOKEN"].flatMap { $0.isEmpty ? nil : $0 }
        if cluster.isAuthenticationRequired, token == nil {
            throw CommandFailure(
                "listening at \(cluster.listen): who reaches it could change what runs; set LINEHAUL_TOKEN to what callers must know, or "
                    + "LINEHAUL_AUTH to off")
        }
        let store = try Store(cluster, logger: logger)
        self.store = store
        let metrics = MetricsRegistry()
        var engineSettings = EngineSettings(cluster)
        engineSettings.fault = try FaultFromEnvironment.hook(settings.environment)
        engineSettings.hung = { reason in leave(logger, output, reason) }
        engine = Engine(
            log: store.log, state: store.state, settings: engineSettings, logger: logger, metrics: metrics, clock: SystemClock.now)
        host = JobHost(
            engine: engine, log: store.log, metrics: metrics, logger: logger, environment: settings.environment, cluster: cluster)
        let figures = ProcessFigures(directory: cluster.data)
        let inspection = Inspection(
            engine: engine, log: store.log, savepoints: SavepointFolder("\(cluster.data)/savepoints"), host: host, metrics: metrics,
            process: Inspection.Process(
                version: Program.version, startedAt: started, clock: SystemClock.now, makeID: { UUID().uuidString.lowercased() },
                figures: { figures.measure() },
                dependencies: { ["postgres", "timescale", "neo4j"].map { Dependency($0, .notConfigured) } }))
        listener = try ListenerService(
            HTTPServerSettings(host: cluster.listen.host, port: cluster.listen.port), inspection,
            Guardian(token: cluster.isAuthenticationRequired ? token : nil))
        address = "http://\(ListenAddress(host: cluster.listen.host, port: listener.port))"
        watched = settings.watched
    }

    /// Runs until a signal has stopped it in order, or a second one at once. `ready` is called when every job is deployed; `others` run
    /// from then on and stop first.
    func run(with others: [any Service] = [], ready: @escaping @Sendable () -> Void) async throws -> ExitStatus {
        let (host, topics, deployments) = (host, topology.topics, deployments)
        var services: [any Service] = [
            StoreService(store), maintenance, listener,
            EngineService(engine) {
                _ = try await host.apply(topics, deployments)
                ready()
            },
        ]
        if let watched { services.append(FolderWatch.service(watched, host, logger)) }
        let group = ServiceGroup(
            services + others, stopsOn: .signals([.terminate, .interrupt]), drainLimit: topology.cluster.drainLimit,
            clock: ContinuousClock(),
            leave: { leave($0) })
        defer { output.flush() }
        let outcome = try await group.run()
        return outcome.cancelled.isEmpty ? .inOrder : .cut(outcome.cancelled)
    }

    /// How a run ended.
    enum ExitStatus {
        /// Everything was drained.
        case inOrder
        /// The limit passed before these had drained.
        case cut([String])
    }

    /// Retention and compaction.
    private var maintenance: PeriodicService {
        let (log, logger) = (store.log, logger)
        return PeriodicService("maintenance", every: .seconds(1)) {
            do {
                while try log.maintain(now: SystemClock.now()) {}
            } catch {
                logger.error("maintenance failed", [.reason: "\(error)"])
            }
        }
    }
}

extension EngineSettings {
    /// What the cluster's file says of the engine.
    init(_ cluster: ClusterSettings) {
        self.init()
        slots = cluster.slots ?? ProcessInfo.processInfo.activeProcessorCount
        epochEvery = EventTime.Span(cluster.epoch.every)
        epochBytes = cluster.epoch.bytes
        epochChanges = cluster.epoch.changes
        stateMemory = cluster.memory.state
        instance = cluster.name
    }
}
