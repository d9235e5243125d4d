internal import Dataflow
internal import Dispatch
internal import EventLog
internal import Execution
internal import Foundation
internal import Gateway
internal import HTTPClient
internal import HTTPServer
internal import Inspection
internal import Metrics
internal import RocksDBState
internal import Savepoints
internal import ServiceLifecycle
internal import StreamCore
internal import StructuredLog
internal import Synchronization
internal import Topology

/// A process that runs jobs: the log, the state, the engine, the listener, and what keeps them going.
struct LiveSystem {
    /// What a system is made of and told.
    struct Settings {
        var folder: TopologyFolder
        var environment: [String: String]
        /// The directory that is watched for changes, `nil` for none.
        var watched: String?
        /// Has the cluster run the folder, whatever was applied to it before.
        var replaces = false
    }

    let topology: LoadedTopology
    let logger: Logger
    let address: String
    private let output: LogOutput
    private let store: Store
    private let engine: Engine
    private let host: JobHost
    private let listener: ListenerService
    private let settings: Settings
    private let watch: LogWatch?
    private let databases: Databases
    private let captures: CaptureWatch
    private let doorkeeper: Doorkeeper

    /// Checks the folder, opens the log and the state and begins to listen. Blocks; nothing is deployed yet.
    init(_ settings: Settings, terminal: Terminal) throws {
        let output = LogOutput(format: terminal.isErrorInteractive ? .text : .json, clock: { SystemClock.now().rfc3339 }) { lines in
            try? FileHandle.standardError.write(contentsOf: Data(lines))
        }
        self.output = output
        let logger = Logger(output)
        self.logger = logger
        let started = SystemClock.now()
        topology = try settings.folder.deploy(environment: settings.environment, catalog: jobs()).topology
        let cluster = topology.cluster
        let databases = Databases(cluster.databases, name: cluster.name)
        self.databases = databases
        let captures = CaptureWatch(databases.capturing, logger)
        self.captures = captures
        for job in topology.leftOut { logger.info("job left out", [.job: job.job, .reason: job.description]) }
        let metrics = MetricsRegistry()
        let token = settings.environment["LINEHAUL_TOKEN"].flatMap { $0.isEmpty ? nil : $0 }
        let doorkeeper = try Doorkeeper(cluster, token: token, metrics: metrics, logger: logger)
        self.doorkeeper = doorkeeper
        let entropy = EntropyPool()
        listener = try ListenerService(HTTPServerSettings(cluster), doorkeeper) { entropy.nextID(at: SystemClock.now()) }
        let scheme = cluster.tls == nil ? "http" : "https"
        address = "\(scheme)://\(ListenAddress(host: cluster.listen.host, port: listener.port))"
        let reached = cluster.advertised(port: listener.port, hostname: ProcessInfo.processInfo.hostName)
        let store = try Store(cluster, at: reached, logger: logger)
        self.store = store
        if store.isShared, reached.isLoopback {
            logger.warning("other machines cannot reach this process; set LINEHAUL_ADVERTISE", [.address: reached.description])
        }
        var engineSettings = EngineSettings(cluster)
        engineSettings.instance = store.directory.instance
        engineSettings.fault = try FaultFromEnvironment.hook(settings.environment)
        // Where others can run what this process only holds, better that it ends and begins anew than that it stands still.
        if store.isShared { engineSettings.hung = { reason in leave(logger, output, reason) } }
        engine = Engine(
            log: store.log, state: store.state, settings: engineSettings, logger: logger, metrics: metrics, clock: SystemClock.now)
        let mount = HTTPMount()
        let surroundings = Surroundings.process(
            cluster, instance: store.directory.instance, mount: mount, doorkeeper: doorkeeper, databases: databases,
            state: store.state, metrics: metrics, logger: logger)
        host = JobHost(
            engine: engine, log: store.log, catalog: jobs(in: surroundings, with: databases), metrics: metrics, logger: logger,
            environment: settings.environment, cluster: cluster,
            sharing: store.isShared
                ? SharedTopology(store.log, cluster: cluster.name, own: settings.folder, address: reached.description) : nil,
            following: { captures.follow($0) })
        let watch = store.isShared ? LogWatch(store.log, clock: SystemClock.now) : nil
        self.watch = watch
        let figures = ProcessFigures(directory: cluster.data)
        listener.open(
            Inspection(
                engine: engine, log: store.log, savepoints: SavepointFolder("\(cluster.data)/savepoints"), host: host, metrics: metrics,
                process: Inspection.Process(
                    version: Program.version, startedAt: started, clock: SystemClock.now, makeID: { UUID().uuidString.lowercased() },
                    figures: { figures.measure() },
                    dependencies: { [store.state.dependency] + databases.dependencies + [captures.dependency] },
                    gauges: { captures.figures }, capture: captures,
                    record: { (deed, log) throws(LogFailure) in try DeedRecorder.record(deed, in: log, logger) }),
                cluster: cluster.name, watch: watch,
                fellows: watch.map {
                    Fellows(
                        instance: store.directory.instance, address: reached.description, isSecure: cluster.tls != nil,
                        session: HTTPSession(trustFile: cluster.tls?.ca, bodyLimit: 16 << 20), watch: $0)
                }), mount)
        self.settings = settings
    }

    /// What SIGHUP has read anew.
    private var renewals: [@Sendable () -> Void] {
        let (listener, logger, doorkeeper) = (listener, logger, doorkeeper)
        let certificate = HTTPServerSettings(topology.cluster).certificate
        return [{ doorkeeper.renewKeySet() }] + (certificate.map { certificate in [{ listener.renew(certificate, logger) }] } ?? [])
    }

    /// Runs until a signal has stopped it in order, or a second one at once. `ready` is called with the names of the jobs when every one
    /// is deployed; `others` run from the start and stop first.
    func run(with others: [any Service] = [], ready: @escaping @Sendable ([String]) -> Void) async throws -> ExitStatus {
        var services: [any Service] = [StoreService(store), maintenance]
        services += doorkeeper.services(store.log, topology.cluster, logger)
        services.append(HangUpService(renewals))
        if let watch { services.append(looks(watch)) }
        services.append(PeriodicService("capture-watch", every: .seconds(2)) { [captures] in captures.look() })
        services.append(engineService(ready))
        if store.isShared { services.append(follows) }
        if let watched = settings.watched { services.append(FolderWatch.service(watched, host, logger)) }
        let group = ServiceGroup(
            services + [listener] + others, stopsOn: .signals([.terminate, .interrupt]),
            drainLimit: topology.cluster.drainLimit,
            clock: ContinuousClock(),
            leave: { leave($0) })
        defer {
            databases.close()
            output.flush()
        }
        let outcome = try await group.run()
        return outcome.cancelled.isEmpty ? .inOrder : .cut(outcome.cancelled)
    }

    /// Deploys what the process begins with. Where the log, or what its jobs need, is not there yet, that is said once and tried again.
    private func engineService(_ ready: @escaping @Sendable ([String]) -> Void) -> EngineService {
        let (host, logger, settings) = (host, logger, settings)
        let hasWaited = Atomic<Bool>(false)
        return EngineService(engine) {
            do throws(Refusal) {
                ready(try await host.begin(with: settings.folder, replacing: settings.replaces))
                return .done
            } catch {
                guard error.status == 503 else { throw error }
                if !hasWaited.exchange(true, ordering: .relaxed) {
                    logger.warning("waiting for the log before any job runs; it is tried again every second", [.reason: error.message])
                }
                return .waits
            }
        }
    }

    /// Looks after a log on other machines.
    private func looks(_ watch: LogWatch) -> PeriodicService {
        let logger = logger
        return PeriodicService("log-watch", every: .seconds(1)) {
            switch watch.look() {
            case .lost(let reason): logger.error("the log does not answer; tasks wait, and go on by themselves", [.reason: reason])
            case .found: logger.info("the log answers again")
            case nil: break
            }
        }
    }

    /// Takes up what is applied to the cluster elsewhere.
    private var follows: PeriodicService {
        let host = host
        return PeriodicService("topology", every: .milliseconds(500)) {
            let done = DispatchSemaphore(value: 0)
            Task {
                await host.follow()
                done.signal()
            }
            done.wait()
        }
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
    }
}

extension HTTPServerSettings {
    /// What the cluster's file says of the listener.
    fileprivate init(_ cluster: ClusterSettings) {
        self.init(
            host: cluster.listen.host, port: cluster.listen.port,
            certificate: cluster.tls.map { Certificate(chainFile: $0.certificate, keyFile: $0.key) })
        connectionLimit = cluster.connections
        deflatesMessages = cluster.deflates
    }
}
