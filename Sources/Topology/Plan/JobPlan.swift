public import Dataflow
public import KeyedState

/// A job as it will run: its physical stages with what they keep, over the topics that the topology binds.
public struct JobPlan: Sendable {
    /// A stage with its state.
    public struct Stage: Sendable {
        /// Its steps and tasks.
        public let physical: PhysicalPlan.Stage
        /// What it keeps, in the order declared.
        public let states: [StateSchema]
        /// Its id.
        public var id: String { physical.logical.id }
        /// How many tasks it has.
        public var tasks: Int { physical.tasks }
        /// Whether it runs once in every process instead of in tasks.
        public var isResident: Bool { physical.logical.isResident }
    }

    /// The job's name.
    public let name: String
    /// What identifies the deployment.
    public let fingerprint: String
    /// The job's topics and how it runs.
    public let bindings: JobBindings
    /// Its stages, upstream first.
    public let stages: [Stage]
    /// The topics it makes for itself.
    public let topics: [PhysicalPlan.InternalTopic]

    /// The plan of a deployment. Runs the job's `declare(in:)`, nothing else.
    public init(_ deployment: JobDeployment) throws(GraphFailure) {
        let graph = try deployment.graph()
        let plan = try PhysicalPlan(graph, deployment.bindings)
        name = deployment.name
        fingerprint = deployment.fingerprint
        bindings = deployment.bindings
        stages = plan.stages.map { Stage(physical: $0, states: graph.states(of: $0.logical.id)) }
        topics = plan.topics
    }

    /// How many tasks all its stages have.
    public var tasks: Int { stages.reduce(0) { $0 + $1.tasks } }
}

/// Every job of a folder as it will run: what `linehaul plan` prints, as text, Mermaid or JSON.
public struct TopologyPlan: Sendable {
    /// The jobs, by name.
    public let jobs: [JobPlan]

    /// The plan of those deployments, which `LoadedTopology.deployments(catalog:)` has checked.
    public init(_ deployments: [JobDeployment]) throws(GraphFailure) {
        var jobs: [JobPlan] = []
        for deployment in deployments { jobs.append(try JobPlan(deployment)) }
        self.jobs = jobs.sorted { $0.name < $1.name }
    }
}
