internal import Dataflow
internal import EventLog
internal import StreamCore
internal import YAML

/// Makes declared jobs ready to run against a catalog and topics, noting everything that does not fit.
struct JobResolver {
    let catalog: JobCatalog
    /// The declared topics by name; `nil` where they are not known, so that none can be told to be missing.
    let topics: [String: TopicSpec]?
    /// The topic that leads another, by that other's name.
    let leaders: [String: String]
    private(set) var problems = FolderProblems()

    init(catalog: JobCatalog, topics: [TopicSpec]?, leaders: [String: String]) {
        self.catalog = catalog
        self.leaders = leaders
        self.topics = topics.map { specs in Dictionary(specs.map { ($0.name, $0) }) { first, _ in first } }
    }

    mutating func resolve(_ jobs: [JobDeclaration]) -> [JobDeployment] {
        jobs.compactMap { resolve($0) }
    }

    /// The deployment, or `nil` with at least one problem noted (or topics that are not known).
    private mutating func resolve(_ declared: JobDeclaration) -> JobDeployment? {
        let before = problems.count
        let inlets = bound(declared.inlets.map { ($0.name, $0.topic, $0.topicMark) })
        // What is not chosen here is checked all the same: elsewhere it will be.
        _ = bound(
            declared.inlets.flatMap { inlet in
                inlet.instead.values.filter { $0.topic != inlet.topic }.map { (inlet.name, $0.topic, $0.mark) }
            })
        let outlets = bound(declared.outlets.map { ($0.name, $0.topic, $0.topicMark) })
        guard let entry = catalog[declared.job] else {
            problems.note(declared.jobMark, "unknown job `\(declared.job)`; \(hint(declared.job, catalog.names, "this program has none"))")
            return nil
        }
        guard let (job, effective) = settled(entry, declared) else { return nil }
        do throws(GraphFailure) {
            let graph = try JobGraph(job, inletKeys: inlets.compactMapValues(\.key))
            check(declared, graph.logical)
            let bindings = JobBindings(
                inlets: Dictionary(
                    declared.inlets.compactMap { inlet in
                        inlets[inlet.name].map { topic in
                            (inlet.name, JobBindings.Inlet(topic, settings: led(inlet.settings, of: topic), start: inlet.start))
                        }
                    }, uniquingKeysWith: { first, _ in first }),
                outlets: outlets, parallelism: declared.parallelism, attempts: declared.attempts, stateTTL: declared.stateTTL)
            if problems.count == before, topics != nil {
                for stage in graph.logical.stages { checkWidths(stage, declared, inlets) }
            }
            guard problems.count == before, topics != nil else { return nil }
            _ = try PhysicalPlan(graph, bindings)
            return JobDeployment(job: job, bindings: bindings, fingerprint: Fingerprint.of(declared.job, bindings, effective))
        } catch {
            problems.note(declared.inletsMark, error.description)
            return nil
        }
    }

    /// Settings with who leads the topic.
    private func led(_ settings: InletSettings, of topic: JobBindings.Topic) -> InletSettings {
        var settings = settings
        settings.leader = leaders[topic.name].flatMap { topics?[$0] }.map { spec in
            JobBindings.Topic(spec.name, partitions: spec.partitions, key: spec.key)
        }
        return settings
    }

    private mutating func bound(_ ports: [(name: String, topic: String, mark: YAMLMark)]) -> [String: JobBindings.Topic] {
        var bound: [String: JobBindings.Topic] = [:]
        guard let topics else { return [:] }
        for port in ports {
            if let spec = topics[port.topic] {
                bound[port.name] = JobBindings.Topic(spec.name, partitions: spec.partitions, key: spec.key)
            } else {
                let close = nearest(to: port.topic, among: topics.keys.sorted()).map { "did you mean `\($0)`?" }
                problems.note(
                    port.mark, "unknown topic `\(port.topic)`; \(close ?? "declare it in topics.yaml: `\(port.topic): { partitions: 8 }`")")
            }
        }
        return bound
    }

    /// The job with its settings; where they are wrong the job with its defaults, so that its ports are checked in the same go.
    private mutating func settled(_ entry: JobCatalog.Entry, _ declared: JobDeclaration) -> (any Job, [(name: String, value: String)])? {
        var reader = SettingsReader(declared.settings)
        do throws(SettingsFailure) {
            let job = try entry.make(&reader)
            try reader.finish()
            return (job, reader.effective)
        } catch {
            for line in error.description.split(separator: "\n") { note(setting: String(line), declared) }
            var defaults = SettingsReader([:])
            guard let job = try? entry.make(&defaults) else { return nil }
            return (job, [])
        }
    }

    /// Notes one line of a job's complaint at the setting whose place it begins with, else at the settings as a whole.
    private mutating func note(setting line: String, _ declared: JobDeclaration) {
        for (place, mark) in declared.settingMarks where line.hasPrefix("\(place): ") {
            return problems.note(mark, String(line.dropFirst(place.count + 2)))
        }
        problems.note(declared.settingsMark, line)
    }

    private mutating func check(_ declared: JobDeclaration, _ graph: LogicalGraph) {
        for inlet in declared.inlets where !graph.inlets.contains(inlet.name) {
            problems.note(
                inlet.nameMark, "unknown inlet `\(inlet.name)` of \(declared.job); \(hint(inlet.name, graph.inlets, "it has none"))")
        }
        for outlet in declared.outlets where !graph.outlets.contains(outlet.name) {
            problems.note(
                outlet.nameMark, "unknown outlet `\(outlet.name)` of \(declared.job); \(hint(outlet.name, graph.outlets, "it has none"))")
        }
        for name in graph.inlets where !declared.inlets.contains(where: { $0.name == name }) {
            problems.note(declared.inletsMark, "inlet `\(name)` of \(declared.job) is bound to no topic; add `\(name): { topic: … }`")
        }
        for name in graph.outlets where !declared.outlets.contains(where: { $0.name == name }) {
            problems.note(declared.outletsMark, "outlet `\(name)` of \(declared.job) is bound to no topic; add `\(name): { topic: … }`")
        }
        let broadcast = Set(graph.stages.flatMap(\.sources).compactMap { if case .broadcast(let name) = $0 { name } else { nil } })
        let resident = Set(graph.stages.filter(\.isResident).flatMap(\.sources))
        for inlet in declared.inlets where graph.inlets.contains(inlet.name) {
            let isResident = resident.contains(.broadcast(inlet.name))
            let useless =
                isResident
                ? ["lateness", "idle-after", "steps-aside"]
                : broadcast.contains(inlet.name) ? ["lateness", "idle-after", "steps-aside", "start"] : ["read-to-end"]
            let reason =
                isResident
                ? "which a stage follows that knows no event time; leave it out"
                : broadcast.contains(inlet.name)
                    ? "which every task reads whole, from its start, and which holds no watermark back; leave it out"
                    : "which is not a broadcast inlet, so each task reads its own partition and never all of it first; leave it out"
            for key in useless {
                if let mark = inlet.keyMarks[key] { problems.note(mark, "`\(key)` means nothing for inlet `\(inlet.name)`, \(reason)") }
            }
        }
    }

    /// Records of one key meet in one task, so the topics that a stage reads by partition have equally many.
    private mutating func checkWidths(
        _ stage: LogicalGraph.Stage, _ declared: JobDeclaration, _ topics: [String: JobBindings.Topic]
    ) {
        let own = stage.sources.compactMap { source -> (inlet: JobDeclaration.Inlet, topic: JobBindings.Topic)? in
            guard case .inlet(let name) = source, let topic = topics[name] else { return nil }
            return declared.inlets.first { $0.name == name }.map { ($0, topic) }
        }
        guard let first = own.first else { return }
        for other in own.dropFirst() where other.topic.partitions != first.topic.partitions {
            problems.note(
                other.inlet.topicMark,
                "`\(other.topic.name)` has \(other.topic.partitions) partitions and `\(first.topic.name)` \(first.topic.partitions), but "
                    + "stage \(stage.id) of \(declared.job) joins them by key; give both the same number in topics.yaml")
        }
    }

    private func hint(_ word: String, _ known: [String], _ none: String) -> String {
        if let close = nearest(to: word, among: known) { return "did you mean `\(close)`?" }
        return known.isEmpty ? none : "known: \(known.map { "`\($0)`" }.joined(separator: ", "))"
    }
}
