internal import Dataflow
internal import EventLog
internal import Execution
internal import KafkaLog
internal import Metrics
internal import RocksDB
internal import RocksDBState
internal import StreamCore
internal import StreamTesting
internal import StructuredLog
internal import TestServers

/// One job on a Kafka of real brokers, run by as many engines as a test starts: each as a process would, with a log and a state of its own.
final class Site: Sendable {
    /// One process of it.
    final class Station: Sendable {
        let engine: Engine
        let log: FaultyLog
        private let serving: Task<Void, Never>

        fileprivate init(_ engine: Engine, _ log: FaultyLog) {
            (self.engine, self.log) = (engine, log)
            serving = Task { await engine.serve() }
        }

        /// Ends it in order.
        func stop() async {
            await engine.stop()
            await serving.value
            log.close()
        }
    }

    let fixture: KafkaFixture
    let deployment: JobDeployment
    private let name: String
    private let partitions: Int
    private let directory: ScratchDirectory
    /// What the engines take for the time.
    let clock: @Sendable () -> EventTime
    /// Who publishes and reads: in no group.
    let log: KafkaLog

    /// The job's topics, named for this site alone. Silence moves nothing unless `bind` says so.
    init(
        _ job: any Job, partitions: Int = 4, keys: [String: String] = ["input": "key"],
        from began: EventTime = EventTime(microseconds: 1_700_000_000_000_000), bind: (inout JobBindings) -> Void = { _ in }
    ) throws {
        fixture = try KafkaFixture()
        directory = try ScratchDirectory()
        name = type(of: job).name
        self.partitions = partitions
        var bindings = try JobHarness.bindings(of: job, keys: keys, partitions: partitions)
        for (name, inlet) in bindings.inlets {
            let topic = JobBindings.Topic(fixture.topicName(name), partitions: partitions, key: inlet.topic.key)
            bindings.inlets[name]?.topic = topic
            bindings.inlets[name]?.settings.idleAfter = EventTime.Span(.seconds(3_600))
        }
        for name in bindings.outlets.keys { bindings.outlets[name] = JobBindings.Topic(fixture.topicName(name), partitions: partitions) }
        bind(&bindings)
        deployment = JobDeployment(job: job, bindings: bindings, fingerprint: "test")
        let start = ContinuousClock().now
        clock = { began.advanced(by: .init(ContinuousClock().now - start)) }
        log = try KafkaLog(fixture.settings)
        // A job's own topics go by its name, which other sites' job may have.
        try log.delete(try PhysicalPlan(deployment.graph(), bindings).topicSpecs.filter(\.isInternal).map(\.name))
        let topics = bindings.inlets.values.map(\.topic) + bindings.outlets.values
        _ = try log.ensure(topics.map { TopicSpec($0.name, partitions: $0.partitions, key: $0.key) })
    }

    /// Starts a process. One of a name that was here before finds its state.
    func start(_ instance: String) async throws -> Station {
        var settings = EngineSettings()
        settings.instance = instance
        settings.firstBackoff = .init(microseconds: 1_000)
        settings.longestBackoff = .init(microseconds: 100_000)
        var place = fixture.settings
        place.instance = instance
        let log = FaultyLog(try KafkaLog(place))
        let state = try RocksDBState(directory.child("state-\(instance)"), cache: BlockCache(bytes: 1 << 20), writeBuffer: 256 << 10)
        let quiet = Logger(LogOutput(format: .json, clock: { "" }, sink: { _ in }))
        let engine = Engine(log: log, state: state, settings: settings, logger: quiet, metrics: MetricsRegistry(), clock: clock)
        try await engine.deploy(deployment)
        return Station(engine, log)
    }

    /// Publishes records to a port's topic, each to its key's partition.
    func publish(_ records: [Record], to port: String = "input") throws {
        var builders: [Int: BatchBuilder] = [:]
        for record in records {
            builders[Partitioner.partition(of: record.key ?? [], among: partitions).index, default: BatchBuilder()].append(record)
        }
        _ = try log.append(
            builders.sorted { $0.key < $1.key }.map { number, builder in
                var builder = builder
                return PartitionBatch(TopicPartition(topic(of: port), Partition(number)), builder.finish())
            })
    }

    func topic(of port: String) -> String { fixture.topicName(port) }

    /// What a port's topic, or its dead letters, hold: those of each key in order.
    func records(of port: String, partitions: Int? = nil) throws -> [Record] {
        let reader = try log.makeReader(waking: {})
        defer { reader.close() }
        var found: [Record] = []
        for number in 0..<(partitions ?? self.partitions) {
            let partition = TopicPartition(topic(of: port), Partition(number))
            try reader.assign(partition, from: try log.bounds(of: partition).start)
            while true {
                if let batch = try reader.next(partition, upTo: 1 << 20) {
                    found += batch.records
                } else if try reader.isAtEnd(partition) {
                    break
                }
            }
        }
        return found
    }

    func texts(of port: String = "texts") throws -> [String] { try records(of: port).map(\.text) }

    /// Returns when all tasks run among those processes, have read everything published and committed it.
    func settled(_ stations: [Station], _ tasks: Int) async throws {
        try await eventually("the job has read and committed everything") { [self] in
            var found: [TaskSnapshot] = []
            for station in stations { found += try await station.engine.snapshot(of: name).stages.flatMap(\.tasks) }
            guard found.count == tasks,
                found.allSatisfy({ $0.condition == .running && $0.inlets.allSatisfy { $0.lag == 0 } && $0.isSettled })
            else { return false }
            let epochs = try log.committedEpochs(of: found.map(\.task.turn))
            return found.allSatisfy { epochs[$0.task.turn] ?? .none == $0.epoch }
        }
    }
}
