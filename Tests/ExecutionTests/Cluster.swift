internal import Dataflow
internal import EmbeddedLog
internal import EventLog
internal import Execution
internal import Metrics
internal import RocksDB
internal import RocksDBState
internal import StreamCore
internal import StreamTesting
internal import StructuredLog
internal import Testing

/// Several engines, each with a state directory of its own, that share one log and the tasks of one job. Turns go where a test sends them.
final class Cluster: Sendable {
    /// One process of it, as far as a test needs one.
    final class Member: Sendable {
        let name: String
        let engine: Engine
        let log: FaultyLog
        let lines: Lines
        private let serving: Task<Void, Never>

        fileprivate init(_ name: String, _ engine: Engine, _ log: FaultyLog, _ lines: Lines) {
            (self.name, self.engine, self.log, self.lines) = (name, engine, log, lines)
            serving = Task { await engine.serve() }
        }

        /// Ends it in order.
        func stop() async {
            await engine.stop()
            await serving.value
        }
    }

    private let directory: ScratchDirectory
    private let embedded: EmbeddedLog
    let shared: SharedLog
    let deployment: JobDeployment
    private let partitions: Int
    private let tune: @Sendable (inout EngineSettings) -> Void
    private let clock: @Sendable () -> EventTime

    init(
        _ job: any Job, partitions: Int = 4, keys: [String: String] = ["input": "key"], bind: (inout JobBindings) -> Void = { _ in },
        tune: @escaping @Sendable (inout EngineSettings) -> Void = { _ in }
    ) throws {
        let start = ContinuousClock().now
        clock = { EventTime(microseconds: 1_700_000_000_000_000).advanced(by: .init(ContinuousClock().now - start)) }
        directory = try ScratchDirectory()
        var durability = EmbeddedLogSettings()
        durability.durability = .os
        embedded = try EmbeddedLog(directory: directory.child("log"), settings: durability, clock: clock)
        shared = SharedLog(embedded)
        var bindings = try JobHarness.bindings(of: job, keys: keys, partitions: partitions)
        for name in bindings.inlets.keys { bindings.inlets[name]?.settings.idleAfter = EventTime.Span(.seconds(3_600)) }
        bind(&bindings)
        deployment = JobDeployment(job: job, bindings: bindings, fingerprint: "test")
        (self.partitions, self.tune) = (partitions, tune)
        let topics = bindings.inlets.values.map(\.topic) + bindings.outlets.values
        _ = try embedded.ensure(topics.map { TopicSpec($0.name, partitions: $0.partitions) })
    }

    /// The turn of one task.
    func turn(_ stage: String, _ number: Int) -> TopicPartition {
        TaskID(job: deployment.name, stage: stage, partition: Partition(number)).turn
    }

    /// All turns of a stage.
    func turns(_ stage: String) -> Set<TopicPartition> { Set((0..<partitions).map { turn(stage, $0) }) }

    /// Starts a process with the job deployed; it has no turn yet that nobody kept for it. One of a name that was here before finds its state.
    func start(_ name: String) async throws -> Member {
        var settings = EngineSettings()
        settings.firstBackoff = .init(microseconds: 1_000)
        settings.longestBackoff = .init(microseconds: 4_000)
        settings.longestWait = .init(microseconds: 8_000)
        settings.failuresToQuarantine = 20
        settings.epochEvery = .init(microseconds: 2_000)
        settings.writeBehindEvery = .init(microseconds: 5_000)
        settings.instance = name
        tune(&settings)
        let log = FaultyLog(shared.member(name))
        let state = try RocksDBState(directory.child("state-\(name)"), cache: BlockCache(bytes: 1 << 20), writeBuffer: 256 << 10)
        let lines = Lines()
        let logger = Logger(LogOutput(format: .json, clock: { "" }, sink: { lines.add($0) }))
        let engine = Engine(log: log, state: state, settings: settings, logger: logger, metrics: MetricsRegistry(), clock: clock)
        try await engine.deploy(deployment)
        return Member(name, engine, log, lines)
    }

    func publish(_ records: [Record], to topic: String = "input") throws {
        var builders: [Int: BatchBuilder] = [:]
        for record in records { builders[Partitioner.partition(of: record.key ?? [], among: partitions).index, default: BatchBuilder()].append(record) }
        _ = try embedded.append(
            builders.sorted { $0.key < $1.key }.map { key, builder in
                var builder = builder
                return PartitionBatch(TopicPartition(topic, Partition(key)), builder.finish())
            })
    }

    func publish(_ samples: [Sample]) throws { try publish(samples.map(\.record)) }

    func records(of topic: String) throws -> [Record] {
        let reader = try embedded.makeReader(waking: {})
        defer { reader.close() }
        var found: [Record] = []
        for number in 0..<partitions {
            let partition = TopicPartition(topic, Partition(number))
            try reader.assign(partition, from: try embedded.bounds(of: partition).start)
            while let batch = try reader.next(partition, upTo: 1 << 20) { found += batch.records }
        }
        return found
    }

    func texts(_ topic: String = "texts") throws -> [String] { try records(of: topic).map(\.text) }

    /// The tasks that run in a member, in order.
    func tasks(_ member: Member) async throws -> [TaskSnapshot] {
        try await member.engine.snapshot(of: deployment.name).stages.flatMap(\.tasks)
    }

    /// Returns when a member has just the tasks whose turns it holds and all of them run.
    func runs(_ member: Member, _ count: Int) async throws {
        try await eventually("\(member.name) runs \(count) tasks") {
            let tasks = try await self.tasks(member)
            return tasks.count == count && tasks.allSatisfy { $0.condition == .running }
        }
    }

    /// Returns when so many texts have left; else says how its members stand.
    func counted(_ count: Int, by members: [Member]) async throws {
        do {
            try await eventually("\(count) are counted") { try texts().count >= count }
        } catch {
            var standing = "\(error); \(try texts().count) are\n"
            for member in members {
                standing += "\(member.name) holds \(shared.turns(of: member.name).map { "\($0)" }.sorted())\n"
                for task in try await tasks(member) {
                    standing += "  \(task.task) \(task.condition.rawValue) epoch \(task.epoch) \(task.awaits ?? task.lastFailure?.reason ?? "")\n"
                }
            }
            throw NeverHappened(description: standing)
        }
    }

    /// Ends it all.
    func stop(_ members: [Member]) async {
        for member in members { await member.stop() }
        embedded.close()
    }
}
