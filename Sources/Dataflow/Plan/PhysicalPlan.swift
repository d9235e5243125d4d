internal import StreamCore

/// A job as it will run: its stages with their tasks, and the topics they need beside those bound.
public struct PhysicalPlan: Hashable, Sendable {
    /// A stage with its tasks.
    public struct Stage: Hashable, Sendable {
        /// What the job says of it.
        public let logical: LogicalGraph.Stage
        /// How many tasks it has: as many as what it reads has partitions. A resident stage is one in each process.
        public let tasks: Int
        /// How many tasks write to each of its repartition topics, by the id of the keying step.
        public let writers: [String: Int]
    }

    /// A topic of the job's own.
    public struct InternalTopic: Hashable, Sendable {
        /// What it is for.
        public enum Purpose: String, Hashable, Sendable {
            /// Makes a stage's state durable; compacted.
            case changelog
            /// Carries records between two stages; purged behind its readers.
            case repartition
            /// Committed offsets only: fences a stage's tasks.
            case turn
            /// Keeps what could not be processed.
            case deadLetters
        }
        /// Its name.
        public let name: String
        /// What it is for.
        public let purpose: Purpose
        /// How many partitions it has.
        public let partitions: Int
    }

    /// The job's name.
    public let job: String
    /// Its stages, upstream first.
    public let stages: [Stage]
    /// Its own topics.
    public let topics: [InternalTopic]

    /// Lays out `graph` over `bindings`, or says what is wrong with them: every problem at once.
    public init(_ graph: JobGraph, _ bindings: JobBindings) throws(GraphFailure) {
        let logical = graph.logical
        var problems = PhysicalPlan.unbound("inlet", logical.inlets, Set(bindings.inlets.keys))
        problems += PhysicalPlan.unbound("outlet", logical.outlets, Set(bindings.outlets.keys))
        if !problems.isEmpty { throw GraphFailure("job \(graph.job): " + problems.joined(separator: "; ")) }
        var tasks: [String: Int] = [:]
        var stages: [Stage] = []
        var topics: [InternalTopic] = []
        for stage in logical.stages {
            var widths: [(name: String, count: Int)] = []
            var writers: [String: Int] = [:]
            for source in stage.sources {
                switch source {
                case .inlet(let name):
                    guard let topic = bindings.inlets[name]?.topic else { continue }
                    widths.append((topic.name, topic.partitions))
                case .broadcast, .outside: continue
                case .shuffle(let id, let from, _): writers[id] = tasks[from] ?? 1
                }
            }
            // A shuffle is as wide as the inlet that it meets; without one, as the widest stage before it.
            let width = widths.first?.count ?? writers.values.max() ?? 1
            if let other = widths.first(where: { $0.count != width }), let first = widths.first {
                throw GraphFailure(
                    "job \(graph.job), stage \(stage.id): \(first.name) has \(first.count) partitions and \(other.name) \(other.count); records "
                        + "of one key must meet in one task, so give both topics the same number of partitions")
            }
            tasks[stage.id] = width
            stages.append(Stage(logical: stage, tasks: width, writers: writers))
            // One that runs everywhere keeps nothing and takes no turns.
            if stage.isResident { continue }
            topics.append(InternalTopic(name: "\(graph.job).\(stage.id).changelog", purpose: .changelog, partitions: width))
            topics.append(InternalTopic(name: "\(graph.job).\(stage.id).turn", purpose: .turn, partitions: width))
            for id in writers.keys.sorted() {
                let name = PhysicalPlan.repartitionTopic(job: graph.job, step: id)
                topics.append(InternalTopic(name: name, purpose: .repartition, partitions: width))
                topics.append(InternalTopic(name: "\(graph.job).\(id).dlq", purpose: .deadLetters, partitions: 1))
            }
        }
        let resident = Set(logical.stages.filter(\.isResident).flatMap(\.sources))
        for name in logical.inlets where !resident.contains(.broadcast(name)) {
            guard let topic = bindings.inlets[name]?.topic.name else { continue }
            let letters = InternalTopic(name: "\(topic).dlq", purpose: .deadLetters, partitions: 1)
            if !topics.contains(letters) { topics.append(letters) }
        }
        job = graph.job
        self.stages = stages
        self.topics = topics
    }

    private static func unbound(_ kind: String, _ declared: [String], _ bound: Set<String>) -> [String] {
        let missing = declared.filter { !bound.contains($0) }.map { "\(kind) \($0) is bound to no topic" }
        let unknown = bound.filter { !declared.contains($0) }.sorted().map { name in
            let hint = nearest(to: name, among: declared).map { "; did you mean \($0)?" } ?? "; it has \(declared.joined(separator: ", "))"
            return "there is no \(kind) \(name)\(hint)"
        }
        return missing + unknown
    }

    /// The repartition topics that a stage's tasks write to, with their partitions.
    public func shuffles(from stage: String) -> [(topic: String, partitions: Int)] {
        stages.flatMap { reader in
            reader.logical.sources.compactMap { source in
                guard case .shuffle(let id, stage, _) = source else { return nil }
                return (PhysicalPlan.repartitionTopic(job: job, step: id), reader.tasks)
            }
        }
    }

    /// The topic that a keying step's records cross.
    public static func repartitionTopic(job: String, step: String) -> String { "\(job).\(step).repartition" }

    /// The topic and width behind one of a stage's ways out.
    public func output(_ binding: OutputBinding, _ bindings: JobBindings) -> (topic: String, partitions: Int) {
        switch binding {
        case .outlet(let name):
            let topic = bindings.outlets[name]
            return (topic?.name ?? "\(job).\(name)", topic?.partitions ?? 1)
        case .shuffle(let id):
            return (PhysicalPlan.repartitionTopic(job: job, step: id), stages.first { $0.writers[id] != nil }?.tasks ?? 1)
        case .deadLetters(let inlet):
            return (bindings.inlets[inlet].map { "\($0.topic.name).dlq" } ?? "\(job).\(inlet).dlq", 1)
        }
    }
}
