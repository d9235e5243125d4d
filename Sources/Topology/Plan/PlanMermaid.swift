internal import Dataflow
internal import KeyedState

extension TopologyPlan {
    /// The plan as a Mermaid flowchart: topics as cylinders and targets as boxes shared by all jobs, a frame for each job and stage, shuffles dotted, broadcasts
    /// thick.
    public var mermaid: String {
        var chart = MermaidChart()
        for (index, job) in jobs.enumerated() { chart.draw(job, as: "j\(index)") }
        return chart.text
    }
}

/// A flowchart while it is drawn.
private struct MermaidChart {
    private var frames: [String] = []
    private var links: [String] = []
    private var topicIDs: [String: String] = [:]
    private var targetIDs: [String: String] = [:]
    private var topics: [String] = []

    var text: String { (["flowchart LR"] + topics + frames + links).map { $0 + "\n" }.joined() }

    mutating func draw(_ job: JobPlan, as id: String) {
        let flows = job.stages.map { StageFlow($0.physical.logical, in: job) }
        var steps: [String: String] = [:]
        for (stage, flow) in flows.enumerated() {
            for (node, kind) in flow.nodes.enumerated() {
                if case .step(let name, _) = kind { steps[name] = "\(id)s\(stage)n\(node)" }
            }
        }
        frames.append("  subgraph \(id)[\(quoted(job.name))]")
        for (index, (stage, flow)) in zip(job.stages, flows).enumerated() {
            let stageID = "\(id)s\(index)"
            frames.append("    subgraph \(stageID)[\(quoted("\(stage.id) \(stage.isResident ? "in every process" : "× \(stage.tasks)")"))]")
            for (node, kind) in flow.nodes.enumerated() {
                if let shape = shape(kind) { frames.append("      \(stageID)n\(node)\(shape)") }
            }
            if !stage.states.isEmpty {
                frames.append("      \(stageID)state[(\(quoted("state: " + stage.states.map(\.name).joined(separator: ", "))))]")
            }
            frames.append("    end")
            link(flow, stageID, steps, job.bindings)
        }
        frames.append("  end")
    }

    private mutating func link(_ flow: StageFlow, _ stage: String, _ steps: [String: String], _ bindings: JobBindings) {
        for (node, kind) in flow.nodes.enumerated() {
            if case .inlet(let name) = kind { links.append("  \(topic(bindings.inlets[name]?.topic.name ?? name)) --> \(stage)n\(node)") }
            if case .broadcast(let name) = kind {
                links.append("  \(topic(bindings.inlets[name]?.topic.name ?? name)) ==> \(stage)n\(node)")
            }
        }
        for edge in flow.edges {
            let from = "  \(stage)n\(edge.from)"
            switch (flow.nodes[edge.from], flow.nodes[edge.to]) {
            // Drawn from the stage that writes.
            case (.upstream, _): continue
            case (_, .downstream(let step)):
                links.append("\(from) -. \(quoted("key(\(edge.shuffledBy ?? ""))")) .-> \(steps[step] ?? stage)")
            case (_, .outlet(let name)): links.append("\(from) -- \(quoted(name)) --> \(topic(bindings.outlets[name]?.name ?? name))")
            case (.outside(let name), _): links.append("  \(target(name)) --> \(stage)n\(edge.to)")
            case (_, .target(let name)): links.append("\(from) --> \(target(name))")
            case (.broadcast, _): links.append("\(from) ==> \(stage)n\(edge.to)")
            default: links.append("\(from) --> \(stage)n\(edge.to)")
            }
        }
        for name in flow.sideOutlets { links.append("  \(stage) -- \(quoted(name)) --> \(topic(bindings.outlets[name]?.name ?? name))") }
    }

    private func shape(_ kind: StageFlow.Kind) -> String? {
        switch kind {
        case .inlet(let name), .broadcast(let name): "([\(quoted(name))])"
        case .step(let id, let key): "[\(quoted(key.map { "key(\($0))" } ?? id))]"
        case .upstream, .downstream, .outlet, .target, .outside: nil
        }
    }

    /// A target outside the log: a database shared by all jobs.
    private mutating func target(_ name: String) -> String {
        if let known = targetIDs[name] { return known }
        let id = "d\(targetIDs.count)"
        targetIDs[name] = id
        topics.append("  \(id)[[\(quoted(name))]]")
        return id
    }

    private mutating func topic(_ name: String) -> String {
        if let known = topicIDs[name] { return known }
        let id = "t\(topicIDs.count)"
        topicIDs[name] = id
        topics.append("  \(id)[(\(quoted(name)))]")
        return id
    }

    private func quoted(_ text: String) -> String { "\"\(text.replacing("\"", with: "#quot;"))\"" }
}
