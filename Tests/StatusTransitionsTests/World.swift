internal import Dataflow
internal import EmbeddedLog
internal import EventLog
internal import Execution
internal import Freight
internal import Metrics
internal import RocksDB
internal import RocksDBState
internal import StatusTransitions
internal import StreamCore
internal import StreamTesting
internal import StructuredLog
internal import Testing
internal import Wire

/// The job in an engine over a real log and a real state in one directory: opened, crashed and opened again.
final class World: Sendable {
    static let partitions = 2
    static let began = EventTime(rfc3339: "2026-11-23T08:00:00Z") ?? .distantPast
    static let outlets = [
        "loads", "vehicles", "drivers", "carriers", "routes", "tracking", "audit", "replies", "entities-loads", "entities-vehicles",
        "entities-drivers", "entities-carriers", "entities-routes",
    ]

    private let directory: ScratchDirectory
    private let log: FaultyLog
    private let engine: Engine

    init(in directory: ScratchDirectory? = nil) async throws {
        self.directory = try directory ?? ScratchDirectory()
        var reader = SettingsReader()
        let job = try StatusTransitions(settings: &reader)
        var bindings = try JobHarness.bindings(
            of: job, keys: ["commands": "entity_id", "messages": "entity_id", "hours": "driver_id"], partitions: World.partitions)
        // What owners say to each other: one topic, written and read.
        bindings.outlets["sagas"] = bindings.inlets["messages"]?.topic
        for name in bindings.inlets.keys { bindings.inlets[name]?.settings.idleAfter = EventTime.Span(.seconds(3_600)) }
        var settings = EngineSettings()
        settings.firstBackoff = .init(microseconds: 1_000)
        settings.longestBackoff = .init(microseconds: 4_000)
        settings.failuresToQuarantine = 20
        settings.epochEvery = .init(microseconds: 2_000)
        settings.writeBehindEvery = .init(microseconds: 5_000)
        let start = ContinuousClock().now
        let clock: @Sendable () -> EventTime = { World.began.advanced(by: .init(ContinuousClock().now - start)) }
        var durability = EmbeddedLogSettings()
        durability.durability = .os
        log = FaultyLog(try EmbeddedLog(directory: self.directory.child("log"), settings: durability, clock: clock))
        let state = try RocksDBState(self.directory.child("state"), cache: BlockCache(bytes: 1 << 20), writeBuffer: 256 << 10)
        let quiet = Logger(LogOutput(format: .json, clock: { "" }, sink: { _ in }))
        engine = Engine(log: log, state: state, settings: settings, logger: quiet, metrics: MetricsRegistry(), clock: clock)
        let topics = bindings.inlets.values.map(\.topic) + bindings.outlets.values
        _ = try log.ensure(topics.map { TopicSpec($0.name, partitions: $0.partitions) })
        try await engine.deploy(JobDeployment(job: job, bindings: bindings, fingerprint: "test"))
    }

    func publish(_ command: Command) throws {
        let encoder = CommandEncoder()
        var builder = BatchBuilder()
        let key = encoder.key(of: command)
        encoder.encode(command, at: command.time, key: key, into: &builder)
        _ = try log.append([
            PartitionBatch(TopicPartition("commands", Partitioner.partition(of: key ?? [], among: World.partitions)), builder.finish())
        ])
    }

    /// The records of a topic, those of each key in order.
    func records(of topic: String) throws -> [Record] {
        let reader = try log.makeReader(waking: {})
        defer { reader.close() }
        var found: [Record] = []
        for number in 0..<World.partitions {
            let partition = TopicPartition(topic, Partition(number))
            try reader.assign(partition, from: try log.bounds(of: partition).start)
            while let batch = try reader.next(partition, upTo: 1 << 20) { found += batch.records }
        }
        return found
    }

    /// What has been answered, by command.
    func replies() throws -> [Reply] { try records(of: "replies").map { try Reply(JSON(parsing: $0.value ?? [])) } }

    /// What has been said in all, in an order that does not depend on who was faster.
    func said() throws -> [String: [String]] {
        var all: [String: [String]] = [:]
        for topic in World.outlets { all[topic] = try records(of: topic).map { "\($0.time) \($0.text)" }.sorted() }
        return all
    }

    /// How a run is interrupted.
    enum Interruption: String, CaseIterable, Sendable {
        case stop
        case crash
        case crashWithoutState
        case commitFails
        case answerLost
    }

    func interrupted(_ how: Interruption) async throws -> World {
        switch how {
        case .commitFails: log.failNext(.before)
        case .answerLost: log.failNext(.after)
        case .stop:
            await stop()
            return try await World(in: try directory.copy())
        case .crash, .crashWithoutState:
            let copy = try directory.copy()
            await stop()
            if how == .crashWithoutState { try copy.remove("state") }
            do {
                return try await World(in: copy)
            } catch let failure as StageFailure {
                // A copy taken while files come and go may be torn, as a real crash leaves none: then the state is one that got lost.
                try copy.remove("state")
                guard failure.reason.hasPrefix("opening state directory") else { throw failure }
                return try await World(in: copy)
            }
        }
        return self
    }

    func stop() async {
        await engine.stop()
        log.close()
    }
}
