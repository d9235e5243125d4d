public import KeyedState

/// A job as a system runs it now, as far as a new deployment has to fit it: made from the plan that was deployed, and carried over HTTP.
public struct RunningJob: Hashable, Sendable {
    /// A stage with what its tasks keep.
    public struct Stage: Hashable, Sendable {
        /// Its id.
        public let id: String
        /// How many tasks it has.
        public let tasks: Int
        /// What it keeps.
        public let states: [StateSchema]

        /// A stage of those parts.
        public init(id: String, tasks: Int, states: [StateSchema]) {
            self.id = id
            self.tasks = tasks
            self.states = states
        }
    }

    /// The job's name.
    public let name: String
    /// What identifies its deployment.
    public let fingerprint: String
    /// Its stages.
    public let stages: [Stage]

    /// A job of those parts.
    public init(name: String, fingerprint: String, stages: [Stage]) {
        self.name = name
        self.fingerprint = fingerprint
        self.stages = stages
    }

    /// What a system that has deployed `plan` runs.
    public init(_ plan: JobPlan) {
        self.init(
            name: plan.name, fingerprint: plan.fingerprint,
            stages: plan.stages.map { Stage(id: $0.id, tasks: $0.tasks, states: $0.states) })
    }
}
