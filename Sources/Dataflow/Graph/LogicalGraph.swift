/// What a job says, as data: for plans, checks and pictures. Built anew from the job's code each time.
public struct LogicalGraph: Hashable, Sendable {
    /// Where a stage's records come from.
    public enum Source: Hashable, Sendable {
        /// One of the job's inlets, the task's own partition.
        case inlet(String)
        /// One of the job's inlets, every partition of it.
        case broadcast(String)
        /// Another stage, through the repartition topic of the step `id`, keyed by `key`.
        case shuffle(id: String, from: String, key: String)
        /// What a reader of the stage's own takes from outside the log, by its name for people.
        case outside(String)
    }

    /// One step, written down by its id.
    public struct Step: Hashable, Sendable {
        /// The id that the job wrote.
        public let id: String
        /// What it does: `keyed`, `ordered`, `into`, …
        public let kind: String
        /// The ids of the steps or inlets before it.
        public let after: [String]

        /// A step of those parts.
        public init(id: String, kind: String, after: [String]) {
            self.id = id
            self.kind = kind
            self.after = after
        }
    }

    /// A way into a target outside the log.
    public struct Sink: Hashable, Sendable {
        /// The id of the step that writes.
        public let step: String
        /// What the target is called.
        public let target: String

        /// A sink of those parts.
        public init(step: String, target: String) {
            self.step = step
            self.target = target
        }
    }

    /// What runs between two shuffles.
    public struct Stage: Hashable, Sendable {
        /// Its id: names its tasks, its state and its topics.
        public let id: String
        /// What it reads.
        public let sources: [Source]
        /// Its steps, in the order written.
        public let steps: [Step]
        /// The outlets it writes to.
        public let outlets: [String]
        /// The stages it shuffles to.
        public let shufflesTo: [String]
        /// Whether it runs once in every process instead of in tasks.
        public let isResident: Bool
        /// The targets outside the log that it writes into.
        public let sinks: [Sink]

        /// A stage of those parts.
        public init(
            id: String, sources: [Source], steps: [Step], outlets: [String], shufflesTo: [String], isResident: Bool = false,
            sinks: [Sink] = []
        ) {
            self.id = id
            self.sources = sources
            self.steps = steps
            self.outlets = outlets
            self.shufflesTo = shufflesTo
            self.isResident = isResident
            self.sinks = sinks
        }
    }

    /// The stages, upstream first.
    public let stages: [Stage]
    /// The inlets, in the order declared.
    public let inlets: [String]
    /// The outlets, in the order declared.
    public let outlets: [String]

    /// A graph of those parts.
    public init(stages: [Stage], inlets: [String], outlets: [String]) {
        self.stages = stages
        self.inlets = inlets
        self.outlets = outlets
    }
}

extension LogicalGraph.Stage {
    /// Whether it reads from, or writes to, anything outside the log.
    public var reachesOut: Bool {
        !sinks.isEmpty || sources.contains { if case .outside = $0 { true } else { false } }
    }
}
