public import Dataflow
public import EventLog
public import KeyedState
public import Metrics
public import StreamCore
public import StructuredLog

/// What the engine refuses, and why.
public struct EngineFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of refusal.
    public enum Kind: Hashable, Sendable {
        /// There is no such job, state or key.
        case notFound
        /// It cannot be done in the state that things are in.
        case refused
        /// The log or the disk does not do its part.
        case unavailable
    }
    /// What kind of refusal.
    public let kind: Kind
    /// What was asked, why not, and what would help.
    public let description: String

    /// A refusal of that kind.
    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}

/// Runs jobs: lays their tasks out over slots, and answers for them.
public actor Engine {
    let log: any EventLog
    private let state: any StateBackend
    let settings: EngineSettings
    let clock: @Sendable () -> EventTime
    let logger: Logger
    private let metrics: EngineMetrics
    let slots: [Slot]
    let housekeeper = WorkerThread(name: "housekeeper")
    private let budget: StateBudget
    var jobs: [String: RunningJob] = [:]
    /// Jobs of which a savepoint is being made or restored, with which of the two.
    private var claims: [String: String] = [:]
    private var isStopped = false

    struct RunningJob {
        let deployment: JobDeployment
        let plan: PhysicalPlan
        let states: [String: [StateSchema]]
        let tasks: [(task: StageTask, slot: Slot)]
        var isPaused = false
    }

    /// An engine over a log and a place for state; nothing runs yet.
    public init(
        log: any EventLog, state: any StateBackend, settings: EngineSettings, logger: Logger, metrics: MetricsRegistry,
        clock: @escaping @Sendable () -> EventTime
    ) {
        self.log = log
        self.state = state
        self.settings = settings
        self.clock = clock
        self.logger = logger
        let engineMetrics = EngineMetrics(metrics)
        self.metrics = engineMetrics
        budget = StateBudget(total: settings.stateMemory)
        let housekeeper = housekeeper
        slots = (0..<max(1, settings.slots)).map { index in
            Slot(
                index: index, log: log, settings: settings, housekeeper: housekeeper, clock: clock,
                upkeep: Upkeep(log: log, state: state, logger: logger),
                onCommit: { span, _ in engineMetrics.epochs.observe(span.duration) })
        }
        for slot in slots { slot.start() }
    }

    /// Starts a job, its own topics created where missing. Refused where one of that name runs.
    public func deploy(_ deployment: JobDeployment) async throws(EngineFailure) {
        if isStopped { throw EngineFailure(.unavailable, "deploying \(deployment.name): the engine is stopping") }
        guard jobs[deployment.name] == nil else {
            throw EngineFailure(.refused, "deploying \(deployment.name): a job of that name is running or has not quite stopped")
        }
        let (plan, states) = try lay(out: deployment)
        try ensure(plan)
        let frame = TaskFrame(
            log: log, state: state, deployment: deployment, plan: plan, settings: settings, budget: budget, logger: logger,
            failures: metrics.failures(deployment.name), deadLetters: metrics.deadLetters(deployment.name))
        let width = max(1, min(deployment.bindings.parallelism, slots.count))
        let first = jobs.count
        var tasks: [(task: StageTask, slot: Slot)] = []
        for stage in plan.stages {
            for number in 0..<stage.tasks {
                let id = TaskID(job: plan.job, stage: stage.logical.id, partition: Partition(number))
                let slot = slots[(first + number % width) % slots.count]
                do throws(StageFailure) {
                    tasks.append((try StageTask(id: id, frame: frame, executor: slot.executor), slot))
                } catch {
                    throw EngineFailure(.unavailable, "deploying \(deployment.name): opening state of \(id): \(error)")
                }
            }
        }
        budget.add(tasks.count)
        jobs[deployment.name] = RunningJob(deployment: deployment, plan: plan, states: states, tasks: tasks)
        for (task, slot) in tasks {
            await slot.add(task)
            slot.executor.wake()
        }
        logger.info("job deployed", [.job: deployment.name, .count: "\(tasks.count)"])
    }

    private func lay(out deployment: JobDeployment) throws(EngineFailure) -> (PhysicalPlan, [String: [StateSchema]]) {
        do throws(GraphFailure) {
            let graph = try deployment.graph()
            let plan = try PhysicalPlan(graph, deployment.bindings)
            return (plan, Dictionary(uniqueKeysWithValues: plan.stages.map { ($0.logical.id, graph.states(of: $0.logical.id)) }))
        } catch {
            throw EngineFailure(.refused, "deploying \(deployment.name): \(error)")
        }
    }

    private func ensure(_ plan: PhysicalPlan) throws(EngineFailure) {
        let differences: [TopicDifference]
        do throws(LogFailure) {
            differences = try log.ensure(plan.topicSpecs).filter(\.isFatal)
        } catch {
            throw EngineFailure(error.kind == .unavailable ? .unavailable : .refused, "creating the topics of \(plan.job): \(error)")
        }
        if !differences.isEmpty { throw EngineFailure(.refused, differences.map(\.description).joined(separator: "; ")) }
    }

    /// Stops a job in order: its last epoch commits, its state stays.
    public func remove(_ name: String) async throws(EngineFailure) {
        try refuseClaimed(name)
        guard let job = jobs[name], !isStopped else { throw unknown(name) }
        await drain(job)
        jobs[name] = nil
        logger.info("job stopped", [.job: name])
    }

    private func drain(_ job: RunningJob) async {
        let ids = Set(job.tasks.map(\.task.id))
        for slot in slots { await slot.remove(ids) }
        budget.remove(job.tasks.count)
    }

    /// Stops everything in order, and flushes. The engine is of no more use.
    public func stop() async {
        if isStopped { return }
        isStopped = true
        for job in jobs.values { await drain(job) }
        jobs = [:]
        for slot in slots { slot.stop() }
        housekeeper.stop()
        do throws(StageFailure) {
            try state.flush(waiting: true)
        } catch {
            logger.warning("state cannot be flushed; the next start replays more", [.reason: error.reason])
        }
    }

    /// What runs, by name.
    public func snapshot() async -> [JobSnapshot] {
        if isStopped { return [] }
        var tasks: [TaskID: TaskSnapshot] = [:]
        for slot in slots { for task in await slot.snapshots() { tasks[task.task] = task } }
        return jobs.values.sorted { $0.plan.job < $1.plan.job }.map { job in
            JobSnapshot(
                name: job.plan.job, fingerprint: job.deployment.fingerprint, isPaused: job.isPaused,
                stages: job.plan.stages.map { stage in
                    JobSnapshot.Stage(
                        plan: stage, states: (job.states[stage.logical.id] ?? []).map(JobSnapshot.StateDescription.init),
                        tasks: job.tasks.compactMap { $0.task.id.stage == stage.logical.id ? tasks[$0.task.id] : nil })
                })
        }
    }

    /// One job as it is now.
    public func snapshot(of name: String) async throws(EngineFailure) -> JobSnapshot {
        guard jobs[name] != nil, let found = await snapshot().first(where: { $0.name == name }) else { throw unknown(name) }
        return found
    }

    /// The deployment of a running job.
    public func deployment(of name: String) -> JobDeployment? { jobs[name]?.deployment }

    /// Stops a job's tasks where they are; they keep their state and positions.
    public func pause(_ name: String) async throws(EngineFailure) {
        try refuseClaimed(name)
        guard jobs[name] != nil, !isStopped else { throw unknown(name) }
        jobs[name]?.isPaused = true
        for (task, _) in jobs[name]?.tasks ?? [] { await task.pause() }
        logger.info("job paused", [.job: name])
    }

    /// Lets a paused job go on.
    public func resume(_ name: String) async throws(EngineFailure) {
        try refuseClaimed(name)
        guard jobs[name] != nil, !isStopped else { throw unknown(name) }
        jobs[name]?.isPaused = false
        for (task, _) in jobs[name]?.tasks ?? [] { await task.unpause() }
        logger.info("job resumed", [.job: name])
    }

    /// Starts a job's tasks again from their last epoch, quarantined ones included.
    public func restart(_ name: String) async throws(EngineFailure) {
        try refuseClaimed(name)
        guard let job = jobs[name], !isStopped else { throw unknown(name) }
        jobs[name]?.isPaused = false
        for (task, _) in job.tasks { await task.restart(at: clock()) }
        logger.info("job restarted", [.job: name])
    }

    /// The committed row of a key, the task that holds it and the epoch it is of; the row is `nil` when no task has one.
    public func row(_ key: String, of state: String, job name: String) async throws(EngineFailure) -> (row: RenderedRow?, task: TaskID?, epoch: Epoch) {
        for task in try tasks(of: name, holding: state) {
            do throws(StageFailure) {
                let (row, epoch) = try await task.row(key, of: state)
                if let row { return (row, task.id, epoch) }
            } catch {
                throw EngineFailure(error.blame == .record ? .refused : .unavailable, error.reason)
            }
        }
        return (nil, nil, .none)
    }

    /// Committed rows whose key begins with `prefix`, at most `limit`, task by task in key order.
    public func rows(
        of state: String, job name: String, prefix: String, limit: Int
    ) async throws(EngineFailure) -> (rows: [(task: TaskID, epoch: Epoch, row: RenderedRow)], hasMore: Bool) {
        var found: [(task: TaskID, epoch: Epoch, row: RenderedRow)] = []
        for task in try tasks(of: name, holding: state) {
            do throws(StageFailure) {
                let (rows, hasMore, epoch) = try await task.rows(of: state, prefix: prefix, limit: limit - found.count)
                found += rows.map { (task.id, epoch, $0) }
                if hasMore { return (found, true) }
            } catch {
                throw EngineFailure(error.blame == .record ? .refused : .unavailable, error.reason)
            }
        }
        return (found, false)
    }

    func tasks(of name: String, holding state: String) throws(EngineFailure) -> [StageTask] {
        guard let job = jobs[name], !isStopped else { throw unknown(name) }
        let stages = job.states.filter { $0.value.contains { $0.name == state } }.map(\.key)
        if stages.isEmpty {
            let names = job.states.values.flatMap { $0.map(\.name) }.sorted()
            let hint = nearest(to: state, among: names).map { "did you mean \($0)?" } ?? "it has: \(names.joined(separator: ", "))"
            throw EngineFailure(.notFound, "job \(name) has no state \(state); \(hint)")
        }
        return job.tasks.map(\.task).filter { stages.contains($0.id.stage) }
    }

    /// The job, kept as it is until `release`.
    func claim(_ name: String, _ what: String) throws(EngineFailure) -> RunningJob {
        guard let job = jobs[name] else { throw unknown(name) }
        try refuseClaimed(name)
        claims[name] = what
        return job
    }

    /// Ends what `claim` began.
    func release(_ name: String) { claims[name] = nil }

    private func refuseClaimed(_ name: String) throws(EngineFailure) {
        guard let what = claims[name] else { return }
        throw EngineFailure(.refused, "job \(name) is busy: \(what) is under way; try again when it is done")
    }

    func unknown(_ name: String) -> EngineFailure {
        let hint = nearest(to: name, among: jobs.keys).map { "did you mean \($0)?" } ?? "running: \(jobs.keys.sorted().joined(separator: ", "))"
        return EngineFailure(.notFound, "no job \(name) is running; \(hint)")
    }
}

extension JobSnapshot.StateDescription {
    init(_ schema: StateSchema) {
        self.init(
            name: schema.name, shape: schema.shape.rawValue, key: schema.key, value: schema.value, version: Int(schema.version),
            oldestVersion: Int(schema.oldestVersion))
    }
}
