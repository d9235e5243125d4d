internal import Dataflow

/// A stage's steps as a graph of labelled nodes: what the text and the picture are drawn from.
struct StageFlow {
    enum Kind: Hashable {
        /// An inlet, by its name.
        case inlet(String)
        /// An inlet that every task reads whole.
        case broadcast(String)
        /// A step of another stage whose records come through a shuffle.
        case upstream(String)
        /// A step; `key` where it only says what the records are keyed by.
        case step(String, key: String?)
        /// An outlet, by its name.
        case outlet(String)
        /// A step of another stage that gets records through a shuffle.
        case downstream(String)
        /// A target outside the log, by its name.
        case target(String)
        /// What is read from outside the log, by its name.
        case outside(String)
    }

    struct Edge: Hashable {
        let from: Int
        let to: Int
        /// The field that a shuffle goes by; `nil` within the stage.
        let shuffledBy: String?
    }

    private(set) var nodes: [Kind] = []
    private(set) var edges: [Edge] = []
    /// Outlets that a step writes to beside its main way out.
    let sideOutlets: [String]

    init(_ stage: LogicalGraph.Stage, in job: JobPlan) {
        let written = stage.steps.compactMap { $0.outletName }
        sideOutlets = stage.outlets.filter { !written.contains($0) }
        var named: [String: Int] = [:]
        for source in stage.sources {
            switch source {
            case .inlet(let name): named[name] = add(.inlet(name))
            case .broadcast(let name): named[name] = add(.broadcast(name))
            case .outside(let name): named[name] = add(.outside(name))
            case .shuffle: continue
            }
        }
        for step in stage.steps {
            let before = step.after.compactMap { named[$0] }
            if let outlet = step.outletName {
                let node = add(.outlet(outlet))
                for from in before { connect(from, node) }
            } else if let key = step.key, before.isEmpty {
                let node = add(.step(step.id, key: nil))
                connect(add(.upstream(StageFlow.label(step.after.first ?? "", job))), node, by: key)
                named[step.id] = node
            } else {
                let node = add(.step(step.id, key: step.key))
                for from in before { connect(from, node) }
                named[step.id] = node
                if let sink = stage.sinks.first(where: { $0.step == step.id }) { connect(node, add(.target(sink.target))) }
            }
        }
        for other in job.stages where other.id != stage.id {
            let logical = other.physical.logical
            for step in logical.steps {
                guard let key = step.key, let from = step.after.first, let node = named[from], !logical.knows(from, before: step) else {
                    continue
                }
                connect(node, add(.downstream(step.id)), by: key)
            }
        }
    }

    func edges(from node: Int) -> [Edge] { edges.filter { $0.from == node } }
    func edges(to node: Int) -> [Edge] { edges.filter { $0.to == node } }

    private mutating func add(_ kind: Kind) -> Int {
        nodes.append(kind)
        return nodes.count - 1
    }

    private mutating func connect(_ from: Int, _ to: Int, by key: String? = nil) {
        edges.append(Edge(from: from, to: to, shuffledBy: key))
    }

    /// What an upstream step is called in a line: an inlet by its topic, a step by its id.
    private static func label(_ name: String, _ job: JobPlan) -> String {
        let isStep = job.stages.contains { $0.physical.logical.steps.contains { $0.id == name } }
        return isStep ? name : job.bindings.inlets[name]?.topic.name ?? name
    }
}

extension LogicalGraph.Step {
    /// The outlet, where the step writes to one.
    var outletName: String? { kind == "into" && id.hasPrefix("into ") ? String(id.dropFirst("into ".count)) : nil }
}

extension LogicalGraph.Stage {
    /// Whether a name stands for something of this stage when `step` comes.
    fileprivate func knows(_ name: String, before step: LogicalGraph.Step) -> Bool {
        if sources.contains(.inlet(name)) || sources.contains(.broadcast(name)) { return true }
        return steps.prefix { $0 != step }.contains { $0.id == name }
    }
}
