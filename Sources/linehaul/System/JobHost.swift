internal import Dataflow
internal import EventLog
internal import Execution
internal import Inspection
internal import Metrics
internal import StreamCore
internal import StructuredLog
internal import Topology

/// Keeps what runs at what the topology declares: compares, refuses, restarts only what changed.
actor JobHost: TopologyHost {
    private let engine: Engine
    private let log: any EventLog
    private let metrics: MetricsRegistry
    private let logger: Logger
    private let environment: [String: String]
    private let cluster: ClusterSettings
    private let executor = BlockingExecutor("jobs")
    private var deployed: [String: (job: RunningJob, deployment: JobDeployment)] = [:]
    private var isApplying = false

    init(
        engine: Engine, log: any EventLog, metrics: MetricsRegistry, logger: Logger, environment: [String: String], cluster: ClusterSettings
    ) {
        self.engine = engine
        self.log = log
        self.metrics = metrics
        self.logger = logger
        self.environment = environment
        self.cluster = cluster
    }

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe executor.asUnownedSerialExecutor() }

    func running() -> JSON {
        .object(["jobs": .array(deployed.values.map(\.job).sorted { $0.name < $1.name }.map(\.json))])
    }

    func apply(_ folder: TopologyFolder) async throws(Refusal) -> JSON {
        let topology: LoadedTopology
        let deployments: [JobDeployment]
        do throws(TopologyFailure) {
            (topology, deployments) = try folder.deploy(environment: environment, catalog: jobs)
        } catch {
            throw Refusal(
                422, "INVALID_TOPOLOGY", error.description,
                details: error.problems.map { Refusal.Issue(field: "\($0.file):\($0.line):\($0.column)", issue: $0.reason) })
        }
        let difference = try await apply(topology.topics, deployments)
        var answer = difference.json.members ?? []
        if topology.cluster != cluster {
            answer.append(JSON.Member("notes", ["cluster.yaml differs from what this process started with; restart it to take that up"]))
        }
        return .object(answer)
    }

    /// Makes the topics and brings the jobs to those deployments. Refused as a whole where any job must not be deployed.
    func apply(_ topics: [TopicSpec], _ deployments: [JobDeployment]) async throws(Refusal) -> PlanDifference {
        if isApplying { throw Refusal(409, "BUSY", "another topology is being applied; try again when it is done") }
        isApplying = true
        defer { isApplying = false }
        let plan: TopologyPlan
        do throws(GraphFailure) {
            plan = try TopologyPlan(deployments)
        } catch {
            throw Refusal(422, "INVALID_TOPOLOGY", error.description)
        }
        let difference = PlanDifference(plan, against: deployed.values.map(\.job))
        if difference.isRefused { throw Refusal(409, "STATE_WOULD_BE_LOST", difference.text) }
        try ensure(topics)
        for entry in difference.entries where entry.change == .removed || entry.change == .changed {
            try await engineDoes { () throws(EngineFailure) in try await engine.remove(entry.job) }
            if entry.change == .removed {
                deployed[entry.job] = nil
                metrics.forget("job", entry.job)
            }
        }
        for entry in difference.entries where entry.change == .added || entry.change == .changed {
            guard let deployment = deployments.first(where: { $0.name == entry.job }),
                let job = plan.jobs.first(where: { $0.name == entry.job })
            else { continue }
            try await deploy(deployment, RunningJob(job))
        }
        return difference
    }

    /// Deploys a job; where that fails, what ran before under its name runs again.
    private func deploy(_ deployment: JobDeployment, _ job: RunningJob) async throws(Refusal) {
        do throws(EngineFailure) {
            try await engine.deploy(deployment)
            deployed[job.name] = (job, deployment)
        } catch {
            if let before = deployed.removeValue(forKey: job.name) {
                do throws(EngineFailure) {
                    try await engine.deploy(before.deployment)
                    deployed[job.name] = before
                } catch {
                    logger.error("job cannot be brought back", [.job: job.name, .reason: error.description])
                }
            }
            throw Refusal(error)
        }
    }

    private func ensure(_ topics: [TopicSpec]) throws(Refusal) {
        let differences: [TopicDifference]
        do throws(LogFailure) {
            differences = try log.ensure(topics)
        } catch {
            throw Refusal(error)
        }
        let fatal = differences.filter(\.isFatal)
        if !fatal.isEmpty { throw Refusal(409, "TOPIC_DIFFERS", fatal.map(\.description).joined(separator: "\n")) }
        for difference in differences {
            logger.warning("topic differs from its declaration", [.topic: difference.topic, .reason: difference.description])
        }
    }

    private func engineDoes(_ work: () async throws(EngineFailure) -> Void) async throws(Refusal) {
        do throws(EngineFailure) {
            try await work()
        } catch {
            throw Refusal(error)
        }
    }
}
