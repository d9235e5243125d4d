internal import EventLog
internal import StreamCore
internal import StructuredLog
internal import Synchronization

extension StageFailure {
    /// What a failure of the log means for a task: it waits while the log is away, and stops where a person must act.
    init(_ doing: String, _ failure: LogFailure) {
        let remedy: Remedy =
            switch failure.kind {
            case .unavailable, .unknown, .fenced, .full: .wait
            case .outOfRange, .unknownTopic, .damaged, .refused: .stop
            }
        self.init("\(doing): \(failure)", blame: .system, remedy: remedy)
    }
}

/// Which tasks of a job wait for the log or for a target: said when the first begins to and when the last goes on, whatever they try in
/// between.
final class LogWaiters: Sendable {
    private let tasks = Mutex<Set<TaskID>>([])
    private let logger: Logger
    private let job: String

    init(job: String, logger: Logger) {
        self.job = job
        self.logger = logger
    }

    /// That task waits, for that reason.
    func began(_ task: TaskID, _ reason: String) {
        let isFirst = tasks.withLock { tasks in
            defer { tasks.insert(task) }
            return tasks.isEmpty
        }
        if isFirst { logger.warning("job waits for what it stands on", [.job: job, .reason: reason]) }
    }

    /// That task is here no more, or begins anew.
    func forget(_ task: TaskID) { tasks.withLock { _ = $0.remove(task) } }

    /// That task goes on.
    func ended(_ task: TaskID) {
        let wasLast = tasks.withLock { $0.remove(task) != nil && $0.isEmpty }
        if wasLast { logger.info("job goes on: what it stands on is back", [.job: job]) }
    }
}
