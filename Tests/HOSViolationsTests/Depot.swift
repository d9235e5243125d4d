internal import Dataflow
internal import EmbeddedLog
internal import EventLog
internal import Execution
internal import KeyedState
internal import Metrics
internal import RocksDB
internal import RocksDBState
internal import StreamCore
internal import StreamTesting
internal import StructuredLog

/// A job on the engine, over a real log and a real state in one directory: opened, crashed and opened again.
final class Depot: Sendable {
    static let partitions = 2
    let directory: ScratchDirectory
    let log: FaultyLog
    private let job: any Job
    private let bindings: JobBindings
    private let engine: Engine

    /// Opens what `directory` holds and runs `job` on it. Silence moves nothing; time passes with records alone.
    init(_ job: any Job, _ bindings: JobBindings, in directory: ScratchDirectory? = nil) async throws {
        let directory = try directory ?? ScratchDirectory()
        (self.job, self.bindings, self.directory) = (job, bindings, directory)
        var settings = EngineSettings()
        settings.firstBackoff = .init(microseconds: 1_000)
        settings.longestBackoff = .init(microseconds: 4_000)
        settings.failuresToQuarantine = 20
        settings.epochEvery = .init(microseconds: 2_000)
        settings.writeBehindEvery = .init(microseconds: 5_000)
        let start = ContinuousClock().now
        let clock: @Sendable () -> EventTime = {
            EventTime(microseconds: 1_900_000_000_000_000).advanced(by: .init(ContinuousClock().now - start))
        }
        var durability = EmbeddedLogSettings()
        durability.durability = .os
        log = FaultyLog(try EmbeddedLog(directory: directory.child("log"), settings: durability, clock: clock))
        let state = try RocksDBState(directory.child("state"), cache: BlockCache(bytes: 1 << 20), writeBuffer: 256 << 10)
        let quiet = Logger(LogOutput(format: .json, clock: { "" }, sink: { _ in }))
        engine = Engine(log: log, state: state, settings: settings, logger: quiet, metrics: MetricsRegistry(), clock: clock)
        let topics = bindings.inlets.values.map(\.topic) + bindings.outlets.values
        _ = try log.ensure(topics.map { TopicSpec($0.name, partitions: $0.partitions) })
        try await engine.deploy(JobDeployment(job: job, bindings: bindings, fingerprint: "test"))
    }

    /// Publishes records, each to its key's partition.
    func publish(_ records: [Record], to topic: String) throws {
        var builders: [Int: BatchBuilder] = [:]
        for record in records {
            builders[Partitioner.partition(of: record.key ?? [], among: Depot.partitions).index, default: BatchBuilder()].append(record)
        }
        _ = try log.append(
            builders.sorted { $0.key < $1.key }.map { number, builder in
                var builder = builder
                return PartitionBatch(TopicPartition(topic, Partition(number)), builder.finish())
            })
    }

    /// Everything that a topic holds.
    func texts(of topic: String) throws -> [String] {
        let reader = try log.makeReader(waking: {})
        defer { reader.close() }
        var found: [String] = []
        for number in 0..<Depot.partitions {
            let partition = TopicPartition(topic, Partition(number))
            try reader.assign(partition, from: try log.bounds(of: partition).start)
            while let batch = try reader.next(partition, upTo: 1 << 20) { found += batch.records.map(\.text) }
        }
        return found
    }

    /// Returns when everything published has been read and committed.
    func settled() async throws {
        let name = type(of: job).name
        try await eventually("the job has read and committed everything") { [self] in
            let now = try await engine.snapshot(of: name)
            guard now.lag == 0, now.condition == .running else { return false }
            return try now.stages.flatMap(\.tasks).allSatisfy {
                (try log.committedEpochs(of: [$0.task.turn])[$0.task.turn] ?? .none) == $0.epoch
            }
        }
    }

    /// Stops in order.
    func stop() async {
        await engine.stop()
        log.close()
    }

    /// The same job on a copy of what the disk holds now, as after a crash; this one is stopped, before the copy is made if `inOrder`.
    func reopened(inOrder: Bool = false, wipingState: Bool = false) async throws -> Depot {
        var copy = try inOrder ? directory : directory.copy()
        await stop()
        if inOrder { copy = try directory.copy() }
        if wipingState { try copy.remove("state") }
        return try await Depot(job, bindings, in: copy)
    }
}
