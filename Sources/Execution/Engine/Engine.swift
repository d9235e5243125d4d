public import Dataflow
public import EventLog
public import KeyedState
public import Metrics
public import StreamCore
public import StructuredLog
internal import Threads

/// Runs jobs: lays those of their tasks out over slots whose turns the log has given to this process, and answers for them.
public actor Engine {
    let log: any EventLog
    private let state: any StateBackend
    let settings: EngineSettings
    let clock: @Sendable () -> EventTime
    let logger: Logger
    private let metrics: EngineMetrics
    let slots: [Slot]
    let housekeeper = WorkerThread(name: "housekeeper")
    private let restorers: WorkerThread
    /// Where the engine itself asks the log, which may block.
    let door = WorkerThread(name: "engine")
    private let upkeep: Upkeep
    private let watchdog: Watchdog?
    let budget: StateBudget
    var jobs: [String: RunningJob] = [:]
    /// What changes which tasks run here goes through it one at a time.
    let passage = Passage()
    let inbox: TurnInbox
    /// The turns that are this process's as far as the engine has acted on it, each with its tenure.
    var held: [TopicPartition: Int] = [:]
    var membership: (any LogMembership)?
    /// Jobs of which a savepoint is being made or restored, with which of the two.
    private var claims: [String: String] = [:]
    /// What became of the turns of those jobs meanwhile.
    var deferred: [String: [TurnInbox.Arrival]] = [:]
    private(set) var isStopped = false

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
        restorers = WorkerThread(name: "restore", width: settings.restoreThreads)
        let (housekeeper, upkeep) = (housekeeper, Upkeep(log: log, state: state, logger: logger))
        self.upkeep = upkeep
        let inbox = TurnInbox()
        self.inbox = inbox
        let slots = (0..<max(1, settings.slots)).map { index in
            Slot(
                index: index, log: log, tenures: inbox.tenures, settings: settings, housekeeper: housekeeper, clock: clock, upkeep: upkeep,
                onCommit: { span, _ in engineMetrics.epochs.observe(span.duration) })
        }
        self.slots = slots
        watchdog = settings.hung.map { hung in
            Watchdog(over: slots.map(\.pulse), limit: settings.hangLimit) { slot in
                hung("slot \(slot) has been in one turn of its loop for \(settings.hangLimit) s, and its tasks stand still")
            }
        }
        for slot in slots { slot.start() }
    }

    /// Starts a job, its own topics created where missing: those of its tasks whose turns this process is given, at once or later on. Refused
    /// where one of that name runs.
    public func deploy(_ deployment: JobDeployment) async throws(EngineFailure) { try await deploy([deployment]) }

    /// Starts jobs together, all of them or none: the log shares out the turns of all at once, and not anew for each.
    public func deploy(_ deployments: [JobDeployment]) async throws(EngineFailure) {
        if deployments.isEmpty { return }
        await passage.enter()
        defer { passage.leave() }
        let doing = "deploying \(deployments.map(\.name).joined(separator: ", "))"
        if isStopped { throw EngineFailure(.unavailable, "\(doing): the engine is stopping") }
        var laid: [RunningJob] = []
        for deployment in deployments {
            guard jobs[deployment.name] == nil, !laid.contains(where: { $0.plan.job == deployment.name }) else {
                throw EngineFailure(.refused, "\(doing): a job \(deployment.name) is running or has not quite stopped")
            }
            laid.append(try prepare(deployment, after: jobs.count + laid.count))
        }
        // Their tasks wait for them, and it takes a while.
        for job in laid { for slot in job.slots { slot.writer.open() } }
        try await ensure(laid.flatMap(\.plan.topicSpecs), doing)
        for job in laid { jobs[job.plan.job] = job }
        do throws(EngineFailure) {
            try await follow()
        } catch {
            for job in laid {
                jobs[job.plan.job] = nil
                job.frame.door?.stop()
            }
            throw EngineFailure(error.kind, "\(doing): \(error)")
        }
        for job in laid { jobs[job.plan.job]?.residents = residents(of: job) }
        await act()
        for name in laid.map(\.plan.job) { logger.info("job deployed", [.job: name, .count: "\(jobs[name]?.tasks.count ?? 0)"]) }
    }

    /// A job with the slots that its tasks will have, beginning behind those of the jobs before it.
    private func prepare(_ deployment: JobDeployment, after first: Int) throws(EngineFailure) -> RunningJob {
        let name = deployment.name
        let (plan, states) = try lay(out: deployment)
        let frame = TaskFrame(
            log: log, state: state, restorers: restorers, door: door(for: plan, deployment), clock: clock, deployment: deployment,
            plan: plan,
            settings: settings, budget: budget, logger: logger, waiters: LogWaiters(job: name, logger: logger),
            failures: metrics.failures(name),
            deadLetters: metrics.deadLetters(name), burials: BurialJournal(job: name, logger: logger), rows: metrics.rows(name),
            deliveries: metrics.deliveries(name))
        let width = max(1, min(deployment.bindings.parallelism, slots.count))
        return RunningJob(
            deployment: deployment, plan: plan, states: states, frame: frame,
            slots: (0..<width).map { slots[(first + $0) % slots.count] })
    }

    /// The threads on which what is outside the log is asked: as many as a job may have transactions under way in its targets.
    private func door(for plan: PhysicalPlan, _ deployment: JobDeployment) -> WorkerThread? {
        guard plan.stages.contains(where: { $0.logical.reachesOut }) else { return nil }
        return WorkerThread(name: "door \(plan.job)", width: deployment.bindings.parallelism)
    }

    /// Begins the stages that run in every process.
    private func residents(of job: RunningJob) -> [ResidentThread] {
        job.plan.stages.compactMap { stage in
            guard let maker = try? job.deployment.graph().resident(stage.logical.id) else { return nil }
            return ResidentThread(stage, of: job.plan.job, frame: job.frame, isPaused: false, maker)
        }
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

    private func ensure(_ topics: [TopicSpec], _ doing: String) async throws(EngineFailure) {
        let outcome = await door.run { [log] in Result { () throws(LogFailure) in try log.ensure(topics) } }
        switch outcome {
        case .failure(let failure):
            throw EngineFailure(failure.kind == .unavailable ? .unavailable : .refused, "\(doing): creating its topics: \(failure)")
        case .success(let differences):
            let fatal = differences.filter(\.isFatal)
            if !fatal.isEmpty { throw EngineFailure(.refused, fatal.map(\.description).joined(separator: "; ")) }
        }
    }

    /// Stops a job in order: its last epoch commits, its state stays.
    public func remove(_ name: String) async throws(EngineFailure) { try await remove([name]) }

    /// Stops jobs together, all of them or none.
    public func remove(_ names: [String]) async throws(EngineFailure) {
        if names.isEmpty { return }
        await passage.enter()
        defer { passage.leave() }
        for name in names {
            try refuseClaimed(name)
            if jobs[name] == nil || isStopped { throw unknown(name) }
        }
        for name in names {
            if let job = jobs[name] { await close(job) }
            jobs[name] = nil
        }
        // What was granted meanwhile goes back too, before its topics are followed no more.
        await act()
        do throws(EngineFailure) {
            try await follow()
        } catch {
            let reason = error.description
            for name in names { logger.warning("a job that was removed still has a share in the turns", [.job: name, .reason: reason]) }
        }
        for name in names { logger.info("job stopped", [.job: name]) }
    }

    /// Has a job's tasks commit what they have, and gives all its turns back.
    private func close(_ job: RunningJob) async {
        for resident in job.residents { await resident.stop() }
        await drain(Set(job.tasks.map(\.task.id)), of: job.plan.job)
        await giveBack(Set(held.keys.filter { job.turnTopics.contains($0.topic) }))
        await stopDoor(of: job)
    }

    private func stopDoor(of job: RunningJob) async {
        if let door = job.frame.door { await self.door.run { door.stop() } }
    }

    /// Stops everything in order, and flushes; others may have the turns from then on. The engine is of no more use.
    public func stop() async {
        if isStopped { return }
        isStopped = true
        await passage.enter()
        defer { passage.leave() }
        inbox.close()
        // First what speaks to clients: what they have asked for can still be done by those behind it.
        for resident in jobs.values.flatMap(\.residents) { await resident.stop() }
        for name in jobs.keys { jobs[name]?.residents = [] }
        // All jobs at once: others may have the turns when the last task is closed, and they wait.
        for task in jobs.values.flatMap(\.tasks) { await task.task.leave() }
        for job in jobs.values { await drain(Set(job.tasks.map(\.task.id)), of: job.plan.job) }
        await giveBack(Set(held.keys))
        if let membership { await door.run { membership.leave() } }
        membership = nil
        for job in jobs.values { await stopDoor(of: job) }
        jobs = [:]
        // Off the actor: who asks meanwhile is told that it is stopping.
        await door.run { [slots, watchdog, housekeeper, restorers, upkeep, state, logger] in
            for slot in slots { slot.stop() }
            watchdog?.stop()
            for worker in [housekeeper, restorers] { worker.stop() }
            upkeep.stop()
            do throws(StageFailure) {
                try state.flush(waiting: true)
            } catch {
                logger.warning("state cannot be flushed; the next start replays more", [.reason: error.reason])
            }
        }
        door.stop()
    }

    /// What runs, by name; of each stage those tasks that run here.
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
                        tasks: job.tasks.compactMap { $0.task.id.stage == stage.logical.id ? tasks[$0.task.id] : nil }
                            + job.residents.compactMap { $0.id.stage == stage.logical.id ? $0.snapshot : nil })
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
        for resident in jobs[name]?.residents ?? [] { resident.pause() }
        logger.info("job paused", [.job: name])
    }

    /// Lets a paused job go on.
    public func resume(_ name: String) async throws(EngineFailure) {
        try refuseClaimed(name)
        guard jobs[name] != nil, !isStopped else { throw unknown(name) }
        jobs[name]?.isPaused = false
        for (task, _) in jobs[name]?.tasks ?? [] { await task.unpause() }
        for resident in jobs[name]?.residents ?? [] { resident.resume() }
        logger.info("job resumed", [.job: name])
    }

    /// Starts a job's tasks again from their last epoch, quarantined ones included.
    public func restart(_ name: String) async throws(EngineFailure) {
        try refuseClaimed(name)
        guard let job = jobs[name], !isStopped else { throw unknown(name) }
        jobs[name]?.isPaused = false
        for (task, _) in job.tasks { await task.restart() }
        for resident in job.residents { resident.restart() }
        logger.info("job restarted", [.job: name])
    }

    /// The job, kept as it is until `release`: turns come and go afterwards.
    func claim(_ name: String, _ what: String) async throws(EngineFailure) -> RunningJob {
        await passage.enter()
        defer { passage.leave() }
        guard let job = jobs[name], !isStopped else { throw unknown(name) }
        try refuseClaimed(name)
        claims[name] = what
        return job
    }

    /// Ends what `claim` began.
    func release(_ name: String) {
        claims[name] = nil
        if let changes = deferred.removeValue(forKey: name) { inbox.putBack(changes) }
    }

    func isClaimed(_ name: String) -> Bool { claims[name] != nil }

    private func refuseClaimed(_ name: String) throws(EngineFailure) {
        guard let what = claims[name] else { return }
        throw EngineFailure(.refused, "job \(name) is busy: \(what) is under way; try again when it is done")
    }

    func unknown(_ name: String) -> EngineFailure {
        let hint =
            nearest(to: name, among: jobs.keys).map { "did you mean \($0)?" } ?? "running: \(jobs.keys.sorted().joined(separator: ", "))"
        return EngineFailure(.notFound, "no job \(name) is running; \(hint)")
    }
}
