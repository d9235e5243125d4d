public import Dataflow
internal import EmbeddedLog
internal import EventLog
internal import Execution
internal import KeyedState
internal import Metrics
internal import RocksDB
internal import RocksDBState
public import StreamCore
internal import StructuredLog

/// A job on the engine, over a real log and a real state in one directory: opened, interrupted and opened again. What tests of the
/// recovery law run on.
public final class Depot: Sendable {
    /// How a run is interrupted.
    public enum Interruption: String, CaseIterable, Sendable {
        /// A drain to the end.
        case stop
        /// The disk as it is at this instant.
        case crash
        /// The same, its state directory lost.
        case crashWithoutState
        /// The next commit fails, nothing written.
        case commitFails
        /// The next commit succeeds, and nobody is told.
        case answerLost
    }

    /// How many partitions each inlet and outlet has.
    public static let partitions = 2
    private static let began = EventTime(microseconds: 1_900_000_000_000_000)

    private let directory: ScratchDirectory
    private let log: FaultyLog
    private let job: any Job
    private let bindings: JobBindings
    private let began: EventTime
    private let sinkCheckEvery: Duration
    private let engine: Engine

    /// Runs `job` on an empty directory. Silence moves nothing; time passes with records alone. `began` is what the clock shows at first;
    /// `sinkCheckEvery` how long a target is left alone before it is asked where it stands.
    public convenience init(
        _ job: any Job, _ bindings: JobBindings, began: EventTime? = nil, sinkCheckEvery: Duration = .seconds(30)
    ) async throws {
        var bindings = bindings
        for name in bindings.inlets.keys { bindings.inlets[name]?.settings.idleAfter = EventTime.Span(.seconds(3_600)) }
        try await self.init(job, bindings, began: began ?? Depot.began, sinkCheckEvery: sinkCheckEvery, in: try ScratchDirectory())
    }

    private init(
        _ job: any Job, _ bindings: JobBindings, began: EventTime, sinkCheckEvery: Duration, in directory: ScratchDirectory
    ) async throws {
        (self.job, self.bindings, self.began, self.directory) = (job, bindings, began, directory)
        self.sinkCheckEvery = sinkCheckEvery
        var settings = EngineSettings()
        settings.firstBackoff = .init(microseconds: 1_000)
        settings.longestBackoff = .init(microseconds: 4_000)
        settings.failuresToQuarantine = 20
        settings.epochEvery = .init(microseconds: 2_000)
        settings.sinkCheckEvery = .init(sinkCheckEvery)
        settings.writeBehindEvery = .init(microseconds: 5_000)
        let start = ContinuousClock().now
        let clock: @Sendable () -> EventTime = { began.advanced(by: .init(ContinuousClock().now - start)) }
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
    public func publish(_ records: [Record], to topic: String) throws {
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

    /// The records of a topic, those of each key in order.
    public func records(of topic: String) throws -> [Record] {
        let reader = try log.makeReader(waking: {})
        defer { reader.close() }
        var found: [Record] = []
        // Dead letters have one partition.
        for number in 0..<(topic.hasSuffix(".dlq") ? 1 : Depot.partitions) {
            let partition = TopicPartition(topic, Partition(number))
            try reader.assign(partition, from: try log.bounds(of: partition).start)
            while let batch = try reader.next(partition, upTo: 1 << 20) { found += batch.records }
        }
        return found
    }

    /// Their values.
    public func texts(of topic: String) throws -> [String] { try records(of: topic).map(\.text) }

    /// Returns when everything published has been read and committed.
    public func settled() async throws {
        let name = type(of: job).name
        try await eventually("the job has read and committed everything") { [self] in
            let now = try await engine.snapshot(of: name)
            guard now.lag == 0, now.condition == .running else { return false }
            let tasks = now.stages.flatMap(\.tasks)
            // A task's lag is to the end that it has seen; one that has yet to begin has seen none.
            let positions = Dictionary(tasks.flatMap(\.inlets).map { ($0.partition, $0.position) }) { min($0, $1) }
            let isRead = try read().allSatisfy { try positions[$0, default: .zero] >= log.bounds(of: $0).committed }
            // What runs in every process has no turn, and no epoch ever.
            return try isRead && tasks.allSatisfy(\.isSettled)
                && tasks.filter { $0.epoch != .none }.allSatisfy {
                    (try log.committedEpochs(of: [$0.task.turn])[$0.task.turn] ?? .none) == $0.epoch
                }
        }
    }

    /// What the job reads: its inlets and its shuffles.
    private func read() throws -> [TopicPartition] {
        let inlets = Set(bindings.inlets.values.map(\.topic.name))
        return try log.topics().filter { inlets.contains($0.spec.name) || $0.spec.name.hasSuffix(".repartition") }
            .flatMap { topic in topic.partitions.map { TopicPartition(topic.spec.name, $0.partition) } }
    }

    /// Whether a task of it waits for what it stands on.
    public var isWaiting: Bool {
        get async throws { try await engine.snapshot(of: type(of: job).name).condition == .waiting }
    }

    /// What failed last in any of its tasks.
    public var lastFailure: String? {
        get async throws {
            try await engine.snapshot(of: type(of: job).name).stages.flatMap(\.tasks).compactMap(\.lastFailure?.reason).last
        }
    }

    /// The run after that interruption: the same one where a commit fails, else another on a copy of what the disk holds.
    public func interrupted(_ how: Interruption) async throws -> Depot {
        switch how {
        case .commitFails: log.failNext(.before)
        case .answerLost: log.failNext(.after)
        case .stop:
            await stop()
            return try await again(in: try directory.copy())
        case .crash, .crashWithoutState:
            let copy = try directory.copy()
            await stop()
            if how == .crashWithoutState { try copy.remove("state") }
            do {
                return try await again(in: copy)
            } catch let failure as StageFailure where failure.reason.hasPrefix("opening state directory") {
                // A copy taken while files come and go may be torn, as a real crash leaves none: then the state is one that got lost.
                try copy.remove("state")
                return try await again(in: copy)
            }
        }
        return self
    }

    private func again(in directory: ScratchDirectory) async throws -> Depot {
        try await Depot(job, bindings, began: began, sinkCheckEvery: sinkCheckEvery, in: directory)
    }

    /// Stops in order.
    public func stop() async {
        await engine.stop()
        log.close()
    }
}
