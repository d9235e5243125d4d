internal import KeyedState
public import StreamCore

/// A stage's way in from outside the log, for its one task: where it stands, which is state like any other, and its ways out.
public final class SourcePort {
    /// What it reads from, for people.
    public let outside: String
    private let outputs: [String: TopicOutput]
    private let positions: ValueState<String, String>
    private let made: @Sendable (SourceScope) throws(StageFailure) -> any SourceReader

    /// The key under which the position stands.
    private static let key = "position"

    init(
        _ outside: String, _ outputs: [String: TopicOutput], in scope: StateScope,
        _ made: @escaping @Sendable (SourceScope) throws(StageFailure) -> any SourceReader
    ) {
        self.outside = outside
        self.outputs = outputs
        self.made = made
        positions = scope.value("source")
    }

    /// A reader, not yet open.
    public func makeReader(clock: @escaping @Sendable () -> EventTime) throws(StageFailure) -> any SourceReader {
        try made(SourceScope(outlets: SourceOutlets(partitions: outputs.mapValues(\.partitions)), clock: clock))
    }

    /// Where the task stands in the epoch being filled; `nil` before its first.
    public func position() throws(StageFailure) -> String? { try positions.value(for: SourcePort.key) }

    /// Takes what a reader gave into the epoch being filled.
    func take(_ yield: SourceYield) throws(StageFailure) {
        for (outlet, partition, batch) in yield.batches { outputs[outlet]?.append(batch, to: partition) }
        try positions.set(yield.position, for: SourcePort.key)
    }
}

extension Flow {
    /// A stage of one task that reads from outside the log and writes whole records to those outlets. `outside` names what it reads, for
    /// people. `make` is called for each run of the task, and must not reach for anything yet.
    public func source(
        _ id: String, from outside: String, writing outlets: [any NamedOutlet],
        _ make: @escaping @Sendable (SourceScope) throws(StageFailure) -> any SourceReader
    ) {
        claim(id)
        let draft = StageDraft(id: id)
        let names = outlets.map(\.name)
        draft.addSource(.outside(outside)) { context in
            var outputs: [String: TopicOutput] = [:]
            for name in names { outputs[name] = context.output(outlet: name) }
            context.source = SourcePort(outside, outputs, in: context.scope, make)
        }
        draft.addStep(id, "source", after: [outside])
        for name in names {
            note(outlet: name)
            draft.addOutlet(name)
            draft.addStep("into \(name)", "into", after: [id])
        }
        add(draft)
    }
}
