internal import Dataflow
internal import EventLog
internal import KeyedState
internal import Metrics
internal import StreamCore
internal import StructuredLog
internal import Threads

/// What all tasks of one job's stage share: where they read and write, what they may use, whom they tell.
struct TaskFrame: Sendable {
    let log: any EventLog
    let state: any StateBackend
    /// Where recoveries run, which block.
    let restorers: WorkerThread
    /// Where the job's targets outside the log are asked, which block; `nil` for a job that has none.
    let door: WorkerThread?
    let clock: @Sendable () -> EventTime
    let deployment: JobDeployment
    let plan: PhysicalPlan
    let settings: EngineSettings
    let budget: StateBudget
    let logger: Logger
    let waiters: LogWaiters
    let failures: Counter
    let deadLetters: Counter
    let burials: BurialJournal
    let bell = JobBell()
    /// Rows that targets have taken, and how long they took for each batch.
    let rows: Counter
    let deliveries: Histogram

    /// Where a task of that stage starts: one that asks a target or a source does so where nobody else waits.
    func starters(of stage: String) -> WorkerThread {
        let asks = plan.stages.contains { $0.logical.id == stage && $0.logical.reachesOut }
        return asks ? door ?? restorers : restorers
    }

    /// How many bytes of decoded objects one task may keep.
    var stateBudget: Int { budget.share }

    var bindings: JobBindings { deployment.bindings }

    func note(_ level: LogLevel, _ message: StaticString, _ task: TaskID, _ reason: String) {
        let facts: KeyValuePairs<LogKey, String> = [
            .job: task.job, .stage: task.stage, .partition: "\(task.partition)", .reason: reason,
        ]
        switch level {
        case .error: logger.error(message, facts)
        case .warning: logger.warning(message, facts)
        case .info: logger.info(message, facts)
        case .debug: logger.debug(message, facts)
        }
    }

    func recovery(of task: TaskID, _ store: any TaskStore, _ progress: RecoveryProgress) -> Recovery {
        Recovery(
            log: log, task: task, store: store, clock: clock, oldestStore: InternalTopics.tombstones.half,
            patience: settings.recoveryPatience,
            progress: progress)
    }

    func deadLettered(_ task: TaskID, _ inlet: String, _ offset: Offset, _ reason: String) {
        deadLetters.add()
        burials.add(task, inlet, offset, reason, at: clock())
    }
}
