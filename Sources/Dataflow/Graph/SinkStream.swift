public import Sinks

extension Stream {
    /// Writes the elements as rows into a target outside the log, exactly once: rows and positions in one transaction of the target.
    ///
    /// `target` names it for people. `make` is called for each task and for each look at the graph, and must not reach for the target yet.
    /// A stage has one such step, and keeps no state and orders nothing: what the target has is where it goes on.
    public func written<Writer: SinkWriter>(_ id: String, to target: String, by make: @escaping @Sendable () -> Writer)
    where Writer.Row == Element {
        flow.claim(id)
        draft.root.addSink(LogicalGraph.Sink(step: id, target: target))
        draft.addStep(id, "written(\(target))", after: [node.id])
        node.subscribe { context in
            let (port, receiver) = SinkPort.make(id, to: target, make())
            context.sink = port
            return receiver
        }
    }
}

extension KeyedStream {
    /// Writes the elements as rows into a target outside the log, exactly once; see `Stream.written`.
    public func written<Writer: SinkWriter>(_ id: String, to target: String, by make: @escaping @Sendable () -> Writer)
    where Writer.Row == Element {
        stream.written(id, to: target, by: make)
    }
}

extension LogicalGraph.Stage {
    /// Why a stage that writes into a target cannot; `nil` where it can.
    var sinkProblem: String? {
        guard let sink = sinks.first else { return nil }
        if sinks.count > 1 {
            return
                "stage \(id) writes into \(sinks.map(\.target).joined(separator: " and ")); a stage has one target, so key the rest to another"
        }
        let plain: Set = ["filtered", "mapped", "flatMapped", "through", "into"]
        guard let keeper = steps.first(where: { step in !plain.contains(step.kind) && step.key == nil && step.id != sink.step }) else {
            return nil
        }
        return "stage \(id) writes into \(sink.target) at \(sink.step), and \(keeper.id) keeps what the target does not know of; "
            + "key the stream between them, so that they are two stages"
    }
}

extension LogicalGraph.Step {
    /// The field, where the step keys the stream.
    public var key: String? { kind.hasPrefix("keyed(") && kind.hasSuffix(")") ? String(kind.dropFirst("keyed(".count).dropLast()) : nil }
}
