public import EventLog
public import StreamCore

/// A stage that runs once in every process, outside of tasks, turns and epochs: what a gateway keeps at hand, a feed passes on.
///
/// It follows its inlets whole, committed records only, and keeps what it likes in memory: each start begins anew, from where its inlets
/// say (`start`, or all of it where `read-to-end` is set). It is confined to a thread of its own, on which it may block. What it has others
/// hold on to, it guards by itself.
/// ```
/// (made) ─▶ take … ─▶ caughtUp ─▶ take, tick … ─▶ retire ─▶ take, tick … until it is settled ─▶ (gone)
/// ```
public protocol Resident: AnyObject {
    /// Takes the next records of one partition of an inlet, in order. A failure ends this one; another is made after a wait.
    func take(_ batch: RecordBatch, of partition: TopicPartition, from inlet: String) throws(StageFailure)

    /// Told once, when every inlet that is read to its end has been read as far as it went at the start.
    func caughtUp() throws(StageFailure)

    /// Told after each round over all partitions in which something came: what had been committed when the round began has been read, as
    /// far as it is not more than a round takes.
    func roundEnded() throws(StageFailure)

    /// Told whenever there is nothing to read and, in time, at `nextWake`.
    func tick(at now: EventTime) throws(StageFailure)

    /// When it wants `tick` though nothing arrives; `distantFuture` for never.
    var nextWake: EventTime { get }

    /// Told that it is to end: it begins nothing new. Records still come until it is settled.
    func retire()

    /// Whether, once retired, nothing is under way that records would finish.
    var isSettled: Bool { get }

    /// The last call, also after a failure: what it lent to others is taken back.
    func end()
}

extension Resident {
    public var nextWake: EventTime { .distantFuture }
    public func tick(at now: EventTime) throws(StageFailure) {}
    public func roundEnded() throws(StageFailure) {}
    public func retire() {}
    public var isSettled: Bool { true }
    public func end() {}
}

/// What makes a resident stage, and where its inlets begin beside what the topology says.
public struct ResidentMaker: Sendable {
    /// Makes one.
    public let make: @Sendable (ResidentScope) throws(StageFailure) -> any Resident
    /// How long before the start an inlet begins, by its name.
    public let reachingBack: [String: Duration]
}

/// What a resident stage stands on.
public struct ResidentScope: Sendable {
    /// The log: outputs are appended to it outside of transactions, past records are read from it. Its calls may block.
    public let log: any EventLog
    /// The job's topics.
    public let bindings: JobBindings
    /// The clock on the wall.
    public let clock: @Sendable () -> EventTime

    /// A scope of those parts.
    public init(log: any EventLog, bindings: JobBindings, clock: @escaping @Sendable () -> EventTime) {
        self.log = log
        self.bindings = bindings
        self.clock = clock
    }

    /// The topic behind one of the job's outlets, which the topology has bound.
    public func topic(of outlet: any NamedOutlet) throws(StageFailure) -> JobBindings.Topic {
        guard let topic = bindings.outlets[outlet.name] else {
            throw StageFailure("starting: outlet \(outlet.name) is bound to no topic", blame: .system, remedy: .stop)
        }
        return topic
    }

    /// The topic behind one of the job's inlets, which the topology has bound.
    public func topic(of inlet: any NamedInlet) throws(StageFailure) -> JobBindings.Topic {
        guard let binding = bindings.inlets[inlet.name] else {
            throw StageFailure("starting: inlet \(inlet.name) is bound to no topic", blame: .system, remedy: .stop)
        }
        return binding.topic
    }
}

extension Flow {
    /// A stage of the job's own that runs once in every process: follows those inlets, in that order in each round, and appends to those
    /// outlets. Of an inlet in `reachingBack`, by its name, it is given what has happened since so long before its start.
    public func resident(
        _ id: String, following inlets: [any NamedInlet], reachingBack back: [String: Duration] = [:], writing outlets: [any NamedOutlet],
        _ make: @escaping @Sendable (ResidentScope) throws(StageFailure) -> any Resident
    ) {
        claim(id)
        let draft = StageDraft(id: id)
        draft.resident = ResidentMaker(make: make, reachingBack: back)
        for inlet in inlets {
            note(inlet: inlet.name)
            draft.addSource(.broadcast(inlet.name)) { _ in }
        }
        draft.addStep(id, "resident", after: inlets.map(\.name))
        for outlet in outlets {
            note(outlet: outlet.name)
            draft.addOutlet(outlet.name)
            draft.addStep("into \(outlet.name)", "into", after: [id])
        }
        add(draft)
    }
}
