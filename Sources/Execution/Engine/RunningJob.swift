internal import Dataflow
internal import KeyedState
internal import StreamCore

/// A deployed job and those of its tasks that run here.
struct RunningJob {
    let deployment: JobDeployment
    let plan: PhysicalPlan
    let states: [String: [StateSchema]]
    let frame: TaskFrame
    /// The slots it may use, the first of them first.
    let slots: [Slot]
    /// The tasks whose turns this process holds, in order.
    var tasks: [(task: StageTask, slot: Slot)] = []
    /// Its stages that run in every process.
    var residents: [ResidentThread] = []
    var isPaused = false

    /// The topics whose partitions are its tasks' turns.
    var turnTopics: Set<String> { Set(plan.topics.filter { $0.purpose == .turn }.map(\.name)) }

    /// The task of a turn; `nil` for one that is not of this job.
    func id(of turn: TopicPartition) -> TaskID? {
        plan.stages.lazy.map { TaskID(job: plan.job, stage: $0.logical.id, partition: turn.partition) }.first { $0.turn == turn }
    }

    /// The slot that has the fewest tasks of a stage.
    func slot(for stage: String) -> Slot? {
        let counts = slots.map { slot in tasks.count { $0.task.id.stage == stage && $0.slot === slot } }
        return zip(slots, counts).min { $0.1 < $1.1 }?.0
    }

    /// The turns of those of its tasks that run elsewhere; of some stages, or of all.
    func absent(of stages: Set<String>? = nil) -> Set<TopicPartition> {
        var turns: Set<TopicPartition> = []
        for stage in plan.stages where !stage.logical.isResident && stages?.contains(stage.logical.id) ?? true {
            for number in 0..<stage.tasks {
                turns.insert(TaskID(job: plan.job, stage: stage.logical.id, partition: Partition(number)).turn)
            }
        }
        return turns.subtracting(tasks.map(\.task.id.turn))
    }
}
