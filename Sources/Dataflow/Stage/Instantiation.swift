public import KeyedState
public import StreamCore

/// A job's graph, ready to be looked at and to be made into programs.
public struct JobGraph {
    /// The job's name.
    public let job: String
    /// What the job says, as data.
    public let logical: LogicalGraph
    private let drafts: [StageDraft]

    /// Builds the graph of `job`, whose inlets' topics are keyed as `inletKeys` says (inlet name to field name).
    public init(_ job: any Job, inletKeys: [String: String]) throws(GraphFailure) {
        let flow = Flow(inletKeys: inletKeys)
        job.declare(in: flow)
        drafts = try flow.finished()
        self.job = type(of: job).name
        logical = LogicalGraph(stages: drafts.map(\.described), inlets: flow.inlets, outlets: flow.outlets)
    }

    /// The state that a stage declares.
    public func states(of stage: String) -> [StateSchema] {
        if logical.stages.contains(where: { $0.id == stage && $0.isResident }) { return [] }
        let scope = StateScope(store: MemoryStore())
        _ = program(stage, partition: Partition(0), scope: scope) { _ in ("plan", 1) }
        return scope.schemas
    }

    /// What makes a stage that runs in every process; `nil` for any other.
    public func resident(_ stage: String) -> ResidentMaker? {
        drafts.first { $0.id == stage }?.resident
    }

    /// Makes a stage's program for one task. `bind` names the topic behind each way out, and its partitions.
    public func program(
        _ stage: String, partition: Partition, scope: StateScope, bind: @escaping (OutputBinding) -> (topic: String, partitions: Int)
    ) -> StageProgram? {
        guard let draft = drafts.first(where: { $0.id == stage && $0.resident == nil }) else { return nil }
        return StageProgram(stage: draft, job: job, partition: partition, scope: scope, bind: bind)
    }
}
