public import Dataflow
internal import KeyedState
public import StreamCore

/// A job over inputs in memory: the same plan with one task a stage, no log, no epochs. What `replay` and job tests run on.
///
/// Synchronous and confined to its caller. Records go in by inlet; what leaves is handed to `emit` in the order it left.
public final class LocalRun {
    private let plan: PhysicalPlan
    private let programs: [(id: String, program: StageProgram)]
    private let emit: (String, RecordBatch) -> Void
    private var offsets: [String: Offset] = [:]
    private var outletNames: [String: String] = [:]
    /// The clock on the wall, as the job sees it.
    public var now: EventTime

    /// A run of a deployment's job; topics and partitions of its bindings are ignored, lateness and settings count. `emit` is given an
    /// outlet's name (or `dlq` for dead letters) and a batch. `isAlone` where no other job is taken to run beside it, so that all that is
    /// wrong with its inputs is its to tell.
    public init(
        _ deployment: JobDeployment, now: EventTime, isAlone: Bool = false, emit: @escaping (String, RecordBatch) -> Void
    ) throws(GraphFailure) {
        var bindings = deployment.bindings
        for (name, inlet) in bindings.inlets {
            bindings.inlets[name]?.topic = JobBindings.Topic(name, partitions: 1, key: inlet.topic.key)
            bindings.inlets[name]?.settings.ahead = nil
        }
        for name in bindings.outlets.keys { bindings.outlets[name] = JobBindings.Topic("outlet:\(name)", partitions: 1) }
        let local = JobDeployment(job: deployment.job, bindings: bindings, fingerprint: deployment.fingerprint)
        let graph = try local.graph()
        let plan = try PhysicalPlan(graph, bindings)
        self.plan = plan
        self.emit = emit
        self.now = now
        programs = plan.stages.compactMap { stage in
            let scope = StateScope(store: MemoryStore(), defaultTTL: bindings.stateTTL.map { EventTime.Span($0) })
            return graph.program(stage.logical.id, partition: Partition(0), scope: scope) { plan.output($0, bindings) }
                .map { (stage.logical.id, $0) }
        }
        for (id, program) in programs {
            for inlet in program.inlets {
                if let binding = bindings.inlets[inlet.name] { inlet.settings = binding.settings }
                inlet.writerCount = plan.stages.first { $0.logical.id == id }?.writers[inlet.name] ?? 0
                inlet.topic = inlet.name
                inlet.isAlone = isAlone
            }
        }
    }

    /// Whether the job has an inlet of that name.
    public func hasInlet(_ name: String) -> Bool { programs.contains { $0.program.inlets.contains { $0.name == name } } }

    /// The event time that a record of an inlet has for the job, which may read it from the value; `nil` where it says nothing.
    public func eventTime(_ index: Int, of batch: RecordBatch, in inlet: String) -> EventTime? {
        for (_, program) in programs {
            for port in program.inlets where port.name == inlet && port.kind != .repartition { return port.eventTime(index, of: batch) }
        }
        return nil
    }

    /// Feeds records to an inlet, in the order given, and everything that follows through the job.
    public func send(_ batch: RecordBatch, to inlet: String) throws(StageFailure) {
        for (_, program) in programs {
            for port in program.inlets where port.name == inlet && port.kind != .repartition {
                try feed(batch, to: program, port, under: inlet)
            }
        }
        try pump()
    }

    /// Moves the clock on the wall.
    public func tick(to now: EventTime) throws(StageFailure) {
        self.now = now
        for (_, program) in programs {
            try program.tick(at: now)
            try pump()
        }
    }

    /// Ends event time at `end`: what waits for a watermark up to then leaves.
    public func finish(upTo end: EventTime = .distantFuture) throws(StageFailure) {
        for (_, program) in programs {
            try program.finish(at: now, upTo: end)
            try pump()
        }
    }

    private func feed(_ batch: RecordBatch, to program: StageProgram, _ port: InletPort, under name: String) throws(StageFailure) {
        let base = offsets[name] ?? .zero
        offsets[name] = base.advanced(by: batch.count)
        let placed = batch.rebased(to: base)
        do throws(StageFailure) {
            try program.consume(placed, from: port, at: now)
        } catch {
            let place = program.failedRecord.map { ", at record \($0.offset) of \($0.inlet.name)" } ?? ""
            throw StageFailure("\(error)\(place)", blame: error.blame, remedy: error.remedy)
        }
    }

    /// Carries what the stages wrote: outlets out, shuffles to the stage that reads them.
    private func pump() throws(StageFailure) {
        var isMoving = true
        while isMoving {
            isMoving = false
            for (_, program) in programs {
                // There is no target here.
                _ = program.sink?.take()
                for (partition, batch) in program.drainOutputs() {
                    if partition.topic.hasPrefix("outlet:") {
                        emit(String(partition.topic.dropFirst("outlet:".count)), batch)
                    } else if partition.topic.hasSuffix(".dlq") {
                        emit("dlq", batch)
                    } else if let (target, port) = reader(of: partition.topic) {
                        isMoving = true
                        try feed(batch, to: target, port, under: partition.topic)
                    }
                }
            }
        }
    }

    private func reader(of topic: String) -> (StageProgram, InletPort)? {
        for (_, program) in programs {
            for port in program.inlets where port.kind == .repartition {
                if topic == PhysicalPlan.repartitionTopic(job: plan.job, step: port.name) { return (program, port) }
            }
        }
        return nil
    }
}
