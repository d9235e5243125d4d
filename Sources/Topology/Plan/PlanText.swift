internal import Dataflow
internal import KeyedState

extension TopologyPlan {
    /// The plan for a terminal: for each job its stages with their flow, tasks and state, and the topics it makes. `→` stays within a task,
    /// `⇢ key(field) ⇢` goes through a topic to the task of the key, `⤳` goes to every task.
    public var text: String { jobs.map(\.text).joined(separator: "\n") }
}

extension JobPlan {
    /// The job's part of the plan, ending in a line break.
    public var text: String {
        var lines = ["\(name): \(count(stages.count, "stage")), \(width)"]
        for stage in stages {
            lines.append("  \(stage.id): \(stage.isResident ? JobPlan.everywhere : count(stage.tasks, "task"))")
            let flow = StageFlow(stage.physical.logical, in: self)
            lines += flow.lines(over: bindings).map { "    \($0)" }
            lines += flow.sideOutlets.map { "    beside: \($0) → \(bindings.outlets[$0]?.name ?? $0)" }
            lines += stage.states.map { "    state \($0.text)" }
        }
        for purpose in [PhysicalPlan.InternalTopic.Purpose.repartition, .changelog, .turn, .deadLetters] {
            lines += topics.filter { $0.purpose == purpose }.map { "  topic \($0.name) × \($0.partitions)" }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// What a stage runs in that has no tasks.
    private static let everywhere = "in every process"

    private var width: String {
        let tasks = stages.filter { !$0.isResident }.reduce(0) { $0 + $1.tasks }
        let shared = tasks == 0 ? nil : "\(count(tasks, "task")), \(count(bindings.parallelism, "slot"))"
        return [shared, stages.contains(where: \.isResident) ? JobPlan.everywhere : nil].compactMap(\.self).joined(separator: ", and ")
    }

    private func count(_ number: Int, _ what: String) -> String { number == 1 ? "1 \(what)" : "\(number) \(what)s" }
}

extension StageFlow {
    /// The graph as lines: one for a stage without forks; after a fork or at a meeting a new line begins with the name of the step.
    func lines(over bindings: JobBindings) -> [String] {
        var lines: [String] = []
        for node in nodes.indices {
            let (into, out) = (edges(to: node).count, edges(from: node))
            if into == 0, out.isEmpty { lines.append(label(node, bindings)) }
            guard into != 1 || out.count > 1 else { continue }
            for edge in out { lines.append(label(node, bindings) + walk(edge, bindings)) }
        }
        return lines
    }

    private func walk(_ first: Edge, _ bindings: JobBindings) -> String {
        var text = ""
        var edge = first
        while true {
            text += arrow(edge) + label(edge.to, bindings)
            let out = edges(from: edge.to)
            guard out.count == 1, edges(to: edge.to).count == 1 else { return text }
            edge = out[0]
        }
    }

    private func arrow(_ edge: Edge) -> String {
        if let key = edge.shuffledBy { return " ⇢ key(\(key)) ⇢ " }
        if case .broadcast = nodes[edge.from] { return " ⤳ " }
        return " → "
    }

    private func label(_ node: Int, _ bindings: JobBindings) -> String {
        switch nodes[node] {
        case .inlet(let name), .broadcast(let name): bindings.inlets[name]?.topic.name ?? name
        case .outlet(let name): bindings.outlets[name]?.name ?? name
        case .step(let id, let key): key.map { "key(\($0))" } ?? id
        case .upstream(let name), .downstream(let name): name
        case .target(let name), .outside(let name): "(\(name))"
        }
    }
}

extension StateSchema {
    /// The state in one line: `bars (list): String → Bar, v2, reads v1 up`.
    var text: String {
        let reads = oldestVersion < version ? ", reads v\(oldestVersion) up" : ""
        return shape == .timers ? "\(name) (timers): \(key)" : "\(name) (\(shape.rawValue)): \(key) → \(value), v\(version)\(reads)"
    }
}
