public import KeyedState
internal import StreamCore
public import Wire

/// What a stage is given when its steps are made for one task.
final class StageContext {
    let scope: StateScope
    let partition: Partition
    let failurePoint = FailurePoint()
    let counts = StageCounts()
    private let bind: (OutputBinding) -> (topic: String, partitions: Int)
    private(set) var inlets: [InletPort] = []
    private(set) var steps: [StepHandle] = []
    private(set) var outputs: [TopicOutput] = []
    private var shared: [String: AnyObject] = [:]
    /// Its way into a target outside the log, where it has one.
    var sink: SinkPort?
    /// Its way in from outside the log, where it has one.
    var source: SourcePort?

    init(scope: StateScope, partition: Partition, bind: @escaping (OutputBinding) -> (topic: String, partitions: Int)) {
        self.scope = scope
        self.partition = partition
        self.bind = bind
    }

    func add(_ inlet: InletPort) {
        inlet.index = Int16(inlets.count)
        inlets.append(inlet)
    }

    func add(_ step: StepHandle) { steps.append(step) }

    /// The one object that several ends of a step share, made by whichever asks first.
    func shared<Object: AnyObject>(_ id: String, _ make: () -> Object) -> Object {
        if let known = shared[id] as? Object { return known }
        let made = make()
        shared[id] = made
        return made
    }

    func output(outlet: String) -> TopicOutput { output(.outlet(outlet)) }

    func output(shuffle id: String) -> TopicOutput { output(.shuffle(id)) }

    func output(deadLettersOf inlet: String) -> TopicOutput { output(.deadLetters(of: inlet)) }

    func side<Encoder: RecordEncoder>(_ outlet: String, _ encoder: Encoder) -> SideOutlet<Encoder.Element> {
        let output = output(outlet: outlet)
        return SideOutlet { element, time in
            let key = encoder.key(of: element)
            output.with(key: key) { encoder.encode(element, at: time, key: key, into: &$0) }
        }
    }

    func late<Element: Sendable>(_: Element.Type = Element.self) -> LateSink<Element> { LateSink(counts, nil) }

    func late<Encoder: RecordEncoder>(to outlet: String, _ encoder: Encoder) -> LateSink<Encoder.Element> {
        LateSink(counts, side(outlet, encoder))
    }

    private func output(_ binding: OutputBinding) -> TopicOutput {
        let (topic, partitions) = bind(binding)
        if let known = outputs.first(where: { $0.topic == topic }) { return known }
        var isRepartition = false
        if case .shuffle = binding { isRepartition = true }
        let output = TopicOutput(topic: topic, partitions: partitions, isRepartition: isRepartition, writer: partition)
        outputs.append(output)
        return output
    }
}

/// Which of a stage's ways out a topic is wanted for.
public enum OutputBinding: Hashable, Sendable {
    /// One of the job's outlets.
    case outlet(String)
    /// The repartition topic of the keying step of that id.
    case shuffle(String)
    /// The dead-letter topic of an inlet or a shuffle.
    case deadLetters(of: String)
}

/// Where a process declares its state, timers and side outlets, once a task.
public struct ProcessScope {
    private let context: StageContext

    init(_ context: StageContext) { self.context = context }

    /// The state to declare in.
    public var state: StateScope { context.scope }

    func late<Element: Sendable>() -> LateSink<Element> { context.late() }

    func late<Encoder: RecordEncoder>(to outlet: Outlet<Encoder.Element>, _ encoder: Encoder) -> LateSink<Encoder.Element> {
        context.late(to: outlet.name, encoder)
    }

    /// An outlet for what leaves beside the main stream. It must be among those that the step's declaration names.
    public func outlet<Encoder: RecordEncoder>(_ outlet: Outlet<Encoder.Element>, encoding encoder: Encoder) -> SideOutlet<Encoder.Element>
    {
        context.side(outlet.name, encoder)
    }
}
