public import StreamCore
public import Wire

/// What `Flow` refuses while a graph is being built: the job's author has to change the job.
public struct GraphFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong and where.
    public let description: String
    /// A failure for that reason.
    public init(_ description: String) { self.description = description }
}

/// The page a job writes its graph on. `declare(in:)` gets a fresh one each time; nothing runs yet.
public final class Flow {
    private let keys: [String: String]
    private var drafts: [StageDraft] = []
    private(set) var inlets: [String] = []
    private(set) var outlets: [String] = []
    private var ids: Set<String> = []
    private(set) var problems: [String] = []

    /// A page for a job whose inlets' topics are keyed as `keys` says (inlet name to field name); only those can be left unshuffled.
    public init(inletKeys keys: [String: String] = [:]) { self.keys = keys }

    /// The elements of an inlet. Their event time is `timedBy`, or without it the record's own timestamp.
    public func from<Element, Decoder: RecordDecoder>(
        _ inlet: Inlet<Element>, decoding decoder: @escaping @Sendable () -> Decoder,
        timedBy time: (@Sendable (Element) -> EventTime)? = nil
    ) -> Stream<Element> where Decoder.Element == Element {
        let draft = StageDraft(id: inlet.name, isNamed: false)
        drafts.append(draft)
        note(inlet: inlet.name)
        draft.key = keys[inlet.name]
        let node = Node<Element>(inlet.name)
        draft.addSource(.inlet(inlet.name)) { context in
            context.add(TypedInlet(decoder(), timeOf: time, node.receiver(context)).port(inlet.name, .partitioned))
        }
        return Stream(flow: self, draft: draft, node: node)
    }

    /// The elements of a topic that every task reads whole: rules, reference data.
    public func broadcast<Element, Decoder: RecordDecoder>(
        _ inlet: Inlet<Element>, decoding decoder: @escaping @Sendable () -> Decoder
    ) -> BroadcastStream<Element> where Decoder.Element == Element {
        note(inlet: inlet.name)
        return BroadcastStream(name: inlet.name) { draft, node, speaks in
            draft.addSource(.broadcast(inlet.name)) { context in
                let receiver = node.receiver(context)
                let heard = speaks ? receiver : Receiver(receive: receiver.receive, advance: { _ in })
                context.add(TypedInlet(decoder(), timeOf: nil, heard).port(inlet.name, .broadcast))
            }
        }
    }

    func note(inlet: String) {
        if inlets.contains(inlet) { problems.append("inlet \(inlet) is read twice: read it once and use the stream twice") }
        inlets.append(inlet)
    }

    func note(outlet: String) { if !outlets.contains(outlet) { outlets.append(outlet) } }

    func claim(_ id: String) {
        if !ids.insert(id).inserted { problems.append("two steps have the id \(id); an id keys state and metrics, so each is used once") }
    }

    func add(_ draft: StageDraft) { drafts.append(draft) }

    func refuse(_ problem: String) { problems.append(problem) }

    /// The stages that stand on their own (those merged into another left out), upstream first, or what is wrong with the graph.
    func finished() throws(GraphFailure) -> [StageDraft] {
        if !problems.isEmpty { throw GraphFailure(problems.joined(separator: "; ")) }
        let stages = drafts.filter { $0.mergedInto == nil }
        var seen: Set<String> = []
        for stage in stages where !seen.insert(stage.id).inserted {
            throw GraphFailure("two stages have the id \(stage.id)")
        }
        return try upstreamFirst(stages)
    }

    /// Stages in an order in which each follows those it reads; in the order declared where that allows.
    private func upstreamFirst(_ stages: [StageDraft]) throws(GraphFailure) -> [StageDraft] {
        var waiting = stages
        var sorted: [StageDraft] = []
        while let next = waiting.firstIndex(where: { stage in !waiting.contains { $0.shuffleDrafts.contains { $0.root === stage } } }) {
            sorted.append(waiting.remove(at: next))
        }
        if waiting.isEmpty { return sorted }
        throw GraphFailure(
            "the stages \(waiting.map(\.id).joined(separator: ", ")) feed each other; a stream cannot meet what follows from it")
    }
}

/// A stage while its job is being declared.
final class StageDraft {
    var id: String
    /// The field that its records are keyed by, where one is known.
    var key: String?
    private(set) var mergedInto: StageDraft?
    private var sourceMakers: [() -> LogicalGraph.Source] = []
    private(set) var steps: [LogicalGraph.Step] = []
    private(set) var outlets: [String] = []
    private var starts: [(StageContext) -> Void] = []
    /// What makes it, where it runs in every process and not in tasks.
    var resident: ResidentMaker?

    private var isNamed: Bool

    /// A stage whose id is a step's, or, with `isNamed` false, only its inlet's until a step names it.
    init(id: String, isNamed: Bool = true) {
        self.id = id
        self.isNamed = isNamed
    }

    /// Takes the id of the first step that keys it. It keys state, so later steps do not change it.
    func name(_ name: String) {
        if isNamed { return }
        id = name
        isNamed = true
    }

    /// What it reads. Asked when the whole graph is declared: stages upstream may have got another id since.
    var sources: [LogicalGraph.Source] { sourceMakers.map { $0() } }

    var root: StageDraft { mergedInto?.root ?? self }

    func addSource(_ source: @escaping @autoclosure () -> LogicalGraph.Source, _ start: @escaping (StageContext) -> Void) {
        root.sourceMakers.append(source)
        root.starts.append(start)
    }

    func addStep(_ id: String, _ kind: String, after: [String]) {
        root.steps.append(LogicalGraph.Step(id: id, kind: kind, after: after))
    }

    func addOutlet(_ name: String) { if !root.outlets.contains(name) { root.outlets.append(name) } }

    func addShuffle(to stage: StageDraft) { root.shuffleDrafts.append(stage) }

    private(set) var shuffleDrafts: [StageDraft] = []

    /// Makes one stage of two whose records meet.
    func merge(_ other: StageDraft) {
        let (mine, theirs) = (root, other.root)
        if mine === theirs { return }
        mine.sourceMakers += theirs.sourceMakers
        mine.steps += theirs.steps
        mine.outlets += theirs.outlets.filter { !mine.outlets.contains($0) }
        mine.starts += theirs.starts
        mine.shuffleDrafts += theirs.shuffleDrafts
        theirs.mergedInto = mine
    }

    func start(_ context: StageContext) { for start in starts { start(context) } }

    var described: LogicalGraph.Stage {
        LogicalGraph.Stage(id: id, sources: sources, steps: steps, outlets: outlets, shufflesTo: shuffleDrafts.map(\.root.id), isResident: resident != nil)
    }
}

/// A point in a stage that several steps may read.
final class Node<Element: Sendable> {
    let id: String
    /// The nearest step before it that keeps state: what comes from there is not made again by reading records again.
    let keeper: String?
    private var subscribers: [(StageContext) -> Receiver<Element>] = []

    init(_ id: String, after keeper: String? = nil) {
        self.id = id
        self.keeper = keeper
    }

    func subscribe(_ make: @escaping (StageContext) -> Receiver<Element>) { subscribers.append(make) }

    func receiver(_ context: StageContext) -> Receiver<Element> {
        let receivers = subscribers.map { $0(context) }
        return receivers.count == 1 ? receivers[0] : Receiver(fanningOutTo: receivers)
    }
}
