internal import Dataflow
internal import EventLog
internal import KeyedState
internal import Metrics
internal import StreamCore
internal import StructuredLog

/// What all tasks of one job's stage share: where they read and write, what they may use, whom they tell.
struct TaskFrame: Sendable {
    let log: any EventLog
    let state: any StateBackend
    let deployment: JobDeployment
    let plan: PhysicalPlan
    let settings: EngineSettings
    /// How many bytes of decoded objects one task may keep.
    let stateBudget: Int
    let logger: Logger
    let failures: Counter
    let deadLetters: Counter

    var bindings: JobBindings { deployment.bindings }

    func note(_ level: LogLevel, _ message: String, _ task: TaskID, _ reason: String) {
        logger.log(level, message, [LogKey.job: task.job, LogKey.task: "\(task)", LogKey.reason: reason])
    }

    func deadLettered(_ task: TaskID, _ inlet: String, _ offset: Offset, _ reason: String) {
        deadLetters.increment()
        note(.warning, "record became a dead letter", task, "\(inlet) offset \(offset): \(reason)")
    }
}
