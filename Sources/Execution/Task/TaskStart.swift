internal import KeyedState
internal import Sinks
internal import StreamCore

/// What a restore thread does for a task that starts: everything that blocks.
struct TaskStart: Sendable {
    /// A store that holds what was committed, and the marker it stands at.
    struct Restored: Sendable {
        let store: any TaskStore
        let marker: Marker?
    }

    /// A task ready to run.
    struct Outcome: Sendable {
        let restored: Restored
        let stage: Confined<RunningStage>
    }

    let task: StageTask
    private let supervision: Supervision
    private let known: (any TaskStore)?
    private let progress: RecoveryProgress

    /// `known` is the task's store where it has one open.
    init(_ task: StageTask, _ supervision: Supervision, _ known: (any TaskStore)?, _ progress: RecoveryProgress) {
        self.task = task
        self.supervision = supervision
        self.known = known
        self.progress = progress
    }

    /// Opens the store and brings it up to the last committed epoch.
    func restored() throws(StageFailure) -> Restored {
        let frame = task.frame
        frame.settings.fault(.recovering)
        let store: any TaskStore
        if let known { store = known } else { store = try frame.state.open(task.id) }
        // ORDER: before anybody asks what has committed.
        task.writer.awaitOpen()
        let marker = try frame.recovery(of: task.id, store, progress).run()
        frame.settings.fault(.recovered)
        return Restored(store: store, marker: marker)
    }

    /// That, and the stage made and placed where the marker says.
    func run() -> Result<Outcome, StageFailure> {
        do throws(StageFailure) {
            let restored = try restored()
            let stage = try RunningStage(
                task.id, task.frame, store: restored.store, marker: restored.marker, supervision,
                owner: SinkOwner(task.id, StageTask.generation(after: restored.marker)),
                waking: { [bell = task.frame.bell, executor = task.executor] in
                    bell.ring()
                    executor.knock()
                }, at: task.frame.clock())
            return .success(Outcome(restored: restored, stage: Confined(stage)))
        } catch {
            return .failure(error)
        }
    }
}
