public import Dataflow
internal import Execution
public import StreamCore

/// A job without a broker: one task a stage, memory for state, time by hand. What leaves is kept in the order it left.
public final class JobHarness {
    private let run: LocalRun
    private let outbox: Outbox

    private final class Outbox {
        var batches: [(outlet: String, batch: RecordBatch)] = []
    }

    /// A harness of `job`, all of whose ports are bound. `lateness` and `keys` (the field by which an inlet's topic is declared to be keyed)
    /// go by inlet.
    public init(
        _ job: any Job, lateness: [String: Duration] = [:], keys: [String: String] = [:], now: EventTime = EventTime(microseconds: 0)
    ) throws(GraphFailure) {
        let outbox = Outbox()
        self.outbox = outbox
        let bindings = try JobHarness.bindings(of: job, lateness: lateness, keys: keys)
        run = try LocalRun(JobDeployment(job: job, bindings: bindings, fingerprint: "harness"), now: now) { outlet, batch in
            outbox.batches.append((outlet, batch))
        }
    }

    /// Bindings that give each port of `job` a topic of its own name and one partition.
    public static func bindings(
        of job: any Job, lateness: [String: Duration] = [:], keys: [String: String] = [:], partitions: Int = 1
    ) throws(GraphFailure) -> JobBindings {
        let graph = try JobGraph(job, inletKeys: keys).logical
        var bindings = JobBindings(inlets: [:], outlets: [:])
        for inlet in graph.inlets {
            var binding = JobBindings.Inlet(JobBindings.Topic(inlet, partitions: partitions, key: keys[inlet]))
            binding.settings.lateness = EventTime.Span(lateness[inlet] ?? .zero)
            bindings.inlets[inlet] = binding
        }
        for outlet in graph.outlets { bindings.outlets[outlet] = JobBindings.Topic(outlet, partitions: partitions) }
        return bindings
    }

    /// Sends records to an inlet as one batch, and everything that follows through the job.
    public func send(_ records: [Record], to inlet: String) throws(StageFailure) {
        var builder = BatchBuilder()
        for record in records { builder.append(record) }
        try run.send(builder.finish(), to: inlet)
    }

    /// Sends records to an inlet in batches of at most `size`.
    public func send(_ records: [Record], to inlet: String, inBatchesOf size: Int) throws(StageFailure) {
        for start in stride(from: 0, to: records.count, by: max(1, size)) {
            try send(Array(records[start..<min(records.count, start + max(1, size))]), to: inlet)
        }
    }

    /// Moves event time on as far as `instant`: what waits for a watermark up to there leaves.
    public func advance(to instant: EventTime) throws(StageFailure) { try run.finish(upTo: instant) }

    /// Moves the clock on the wall.
    public func tick(to now: EventTime) throws(StageFailure) { try run.tick(to: now) }

    /// Ends event time: everything that still waits leaves.
    public func finish() throws(StageFailure) { try run.finish() }

    /// What has left by an outlet so far.
    public func received(from outlet: String) -> [Record] {
        outbox.batches.filter { $0.outlet == outlet }.flatMap(\.batch.records)
    }

    /// What has left by an outlet so far, as text.
    public func texts(from outlet: String) -> [String] {
        received(from: outlet).map { String(decoding: $0.value ?? [], as: UTF8.self) }
    }

    /// The records that became dead letters so far.
    public var deadLetters: [Record] { received(from: "dlq") }
}

extension Record {
    /// A record of text.
    public init(_ value: String, key: String? = nil, at time: EventTime) {
        self.init(key: key.map { Array($0.utf8) }, value: Array(value.utf8), time: time)
    }

    /// Its value as text; a tombstone's is empty.
    public var text: String { String(decoding: value ?? [], as: UTF8.self) }
}
