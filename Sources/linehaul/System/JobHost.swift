internal import Dataflow
internal import EventLog
internal import Execution
internal import Inspection
internal import Metrics
internal import StreamCore
internal import StructuredLog
internal import Synchronization
internal import Topology

/// Keeps what runs at what the topology declares: compares, refuses, restarts only what changed.
actor JobHost: TopologyHost {
    private let engine: Engine
    private let log: any EventLog
    private let metrics: MetricsRegistry
    private let logger: Logger
    private let environment: [String: String]
    private let catalog: JobCatalog
    private let cluster: ClusterSettings
    private let sharing: SharedTopology?
    /// Told of all that is deployed, whenever that has changed.
    private let follow: @Sendable ([JobDeployment]) -> Void
    private let executor = BlockingExecutor("jobs")
    private var deployed: [String: (job: RunningJob, deployment: JobDeployment)] = [:]
    private var isApplying = false
    private let begun = Atomic<Bool>(false)

    /// A host of what `engine` runs over `log`, out of that catalog. Where others share the log, `sharing` is how all of them come to run the same.
    init(
        engine: Engine, log: any EventLog, catalog: JobCatalog, metrics: MetricsRegistry, logger: Logger, environment: [String: String],
        cluster: ClusterSettings, sharing: sending SharedTopology? = nil, following follow: @escaping @Sendable ([JobDeployment]) -> Void
    ) {
        self.follow = follow
        self.sharing = sharing
        self.engine = engine
        self.log = log
        self.metrics = metrics
        self.logger = logger
        self.environment = environment
        self.catalog = catalog
        self.cluster = cluster
    }

    nonisolated var hasBegun: Bool { begun.load(ordering: .acquiring) }

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    func running() -> JSON {
        .object([
            "jobs": .array(deployed.values.map(\.job).sorted { $0.name < $1.name }.map(\.json)),
            "version": sharing?.version.map { .integer($0.number) }, "applied": sharing?.appliedAt.map { .string($0.rfc3339) },
        ])
    }

    /// Deploys what the process begins with: what was applied to the cluster last, else its own folder; with `replacing` its own, which
    /// the cluster runs from then on. The jobs' names.
    func begin(with own: TopologyFolder, replacing: Bool) async throws(Refusal) -> [String] {
        var folder = own
        if let sharing {
            let applied: AppliedTopology?
            do throws(LogFailure) {
                applied = try sharing.begin()
            } catch {
                throw Refusal(error)
            }
            if let applied, !replacing {
                folder = applied.folder.with(clusterOf: own)
                let (version, at) = ("\(applied.version)", applied.at.rfc3339)
                if own.declaresTheSame(as: applied.folder) {
                    logger.info("own folder is what was applied to the cluster", [.path: own.name, .version: version, .applied: at])
                } else {
                    logger.warning(
                        "what was applied to the cluster runs, not the own folder; `linehaul apply`, or `run --replace`, changes that",
                        [.path: own.name, .version: version, .applied: at])
                }
            }
        }
        _ = try await apply(folder, announcing: replacing)
        begun.store(true, ordering: .releasing)
        return deployed.keys.sorted()
    }

    func apply(_ folder: TopologyFolder) async throws(Refusal) -> JSON { try await apply(folder, announcing: true) }

    /// Takes up what was applied to the cluster elsewhere, if anything was; called over and over.
    func follow() async {
        guard let sharing, !isApplying else { return }
        do {
            guard let applied = try sharing.next() else { return }
            do throws(Refusal) {
                _ = try await apply(applied.folder.with(clusterOf: sharing.own), announcing: false)
                sharing.took(applied)
                logger.info("took up what was applied to the cluster", [.version: "\(applied.version)", .address: applied.by])
            } catch {
                if error.status == 503 { return }
                sharing.took(applied)
                logger.error(
                    "what was applied to the cluster is refused here; what ran runs on",
                    [.version: "\(applied.version)", .address: applied.by, .reason: error.message])
            }
        } catch {
            // The log's watch says that it is down; the topic is read on when it is back.
            return
        }
    }

    private func apply(_ folder: TopologyFolder, announcing: Bool) async throws(Refusal) -> JSON {
        let topology: LoadedTopology
        let deployments: [JobDeployment]
        do throws(TopologyFailure) {
            (topology, deployments) = try folder.deploy(environment: environment, catalog: catalog)
        } catch {
            throw Refusal(
                422, "INVALID_TOPOLOGY", error.description,
                details: error.problems.map { Refusal.Issue(field: "\($0.file):\($0.line):\($0.column)", issue: $0.reason) })
        }
        let difference = try await apply(topology, deployments, announcing: announcing ? folder : nil)
        var answer = difference.json.members ?? []
        if let version = sharing?.version { answer.append(JSON.Member("version", .integer(version.number))) }
        if topology.cluster != cluster {
            answer.append(JSON.Member("notes", ["cluster.yaml differs from what this process started with; restart it to take that up"]))
        }
        return .object(answer)
    }

    /// Makes the topics and brings the jobs to those deployments. Refused as a whole where any job must not be deployed. What is announced,
    /// the whole cluster comes to run: it is in the log before anything changes here.
    private func apply(
        _ topology: LoadedTopology, _ deployments: [JobDeployment], announcing folder: TopologyFolder?
    ) async throws(Refusal) -> PlanDifference {
        if isApplying { throw Refusal(409, "BUSY", "another topology is being applied; try again when it is done") }
        isApplying = true
        defer {
            isApplying = false
            follow(deployed.values.map(\.deployment))
        }
        let plan: TopologyPlan
        do throws(GraphFailure) {
            plan = try TopologyPlan(deployments)
        } catch {
            throw Refusal(422, "INVALID_TOPOLOGY", error.description)
        }
        let difference = PlanDifference(plan, against: deployed.values.map(\.job))
        if difference.isRefused { throw Refusal(409, "STATE_WOULD_BE_LOST", difference.text) }
        try ensure(topology.topics, plan, deployments)
        try sow(topology.seeds)
        if let sharing, let folder {
            do throws(LogFailure) {
                try sharing.announce(folder)
            } catch {
                throw Refusal(error)
            }
        }
        let leaving = difference.entries.filter { $0.change == .removed || $0.change == .changed }
        try await engineDoes { () throws(EngineFailure) in try await engine.remove(leaving.map(\.job)) }
        for entry in leaving where entry.change == .removed {
            deployed[entry.job] = nil
            metrics.forget("job", entry.job)
        }
        let fresh = Set(difference.entries.filter { $0.change == .added || $0.change == .changed }.map(\.job))
        try await deploy(
            deployments.filter { fresh.contains($0.name) }, plan.jobs.filter { fresh.contains($0.name) }.map { RunningJob($0) })
        return difference
    }

    /// Deploys jobs together; where that fails, what ran before under their names runs again.
    private func deploy(_ fresh: [JobDeployment], _ running: [RunningJob]) async throws(Refusal) {
        let before = running.compactMap { deployed.removeValue(forKey: $0.name) }
        do throws(EngineFailure) {
            try await engine.deploy(fresh)
            for (deployment, job) in zip(fresh.sorted { $0.name < $1.name }, running.sorted { $0.name < $1.name }) {
                deployed[job.name] = (job, deployment)
            }
        } catch {
            do throws(EngineFailure) {
                try await engine.deploy(before.map(\.deployment))
                for entry in before { deployed[entry.job.name] = entry }
            } catch {
                let names = before.map(\.job.name).joined(separator: ", ")
                logger.error("jobs cannot be brought back", [.job: names, .reason: error.description])
            }
            throw Refusal(error)
        }
    }

    /// Makes every topic that the deployments need, their own included, so that what is refused is refused before anything changes.
    private func ensure(_ topics: [TopicSpec], _ plan: TopologyPlan, _ deployments: [JobDeployment]) throws(Refusal) {
        let differences: [TopicDifference]
        do throws(LogFailure) {
            differences = try log.ensure(topics + deployments.ownTopics)
        } catch {
            throw Refusal(error)
        }
        let fatal = differences.filter(\.isFatal)
        if !fatal.isEmpty {
            let advice = PartitionAdvice(plan: plan, servers: cluster.log == .kafka ? cluster.kafka.servers : [])
            throw Refusal(409, "TOPIC_DIFFERS", fatal.map { advice.text(of: $0) }.joined(separator: "\n"))
        }
        for difference in differences {
            logger.warning("topic differs from its declaration", [.topic: difference.topic, .reason: difference.description])
        }
    }

    /// Writes what topics begin with to those that nothing has ever been written to.
    private func sow(_ seeds: [TopicSeed]) throws(Refusal) {
        for seed in seeds {
            do throws(LogFailure) {
                if try isTouched(seed.topic) { continue }
                _ = try log.append(seed.batches(at: SystemClock.now()))
            } catch {
                throw Refusal(error)
            }
            logger.info("topic begins with its seed", [.topic: seed.topic.name, .count: "\(seed.count)"])
        }
    }

    private func isTouched(_ topic: TopicSpec) throws(LogFailure) -> Bool {
        for number in 0..<topic.partitions where try log.bounds(of: TopicPartition(topic.name, Partition(number))).end > Offset(0) {
            return true
        }
        return false
    }

    private func engineDoes(_ work: () async throws(EngineFailure) -> Void) async throws(Refusal) {
        do throws(EngineFailure) {
            try await work()
        } catch {
            throw Refusal(error)
        }
    }
}

extension [JobDeployment] {
    /// The topics that the jobs make for themselves. A job that cannot be laid out has none here: deploying it says why.
    var ownTopics: [TopicSpec] {
        flatMap { deployment in
            guard let graph = try? deployment.graph(), let plan = try? PhysicalPlan(graph, deployment.bindings) else {
                return [TopicSpec]()
            }
            return plan.topicSpecs
        }
    }
}

extension LogKey {
    /// Which of the topologies that were applied to a cluster.
    fileprivate static let version = LogKey("version")
    /// When one was applied.
    fileprivate static let applied = LogKey("applied")
}
