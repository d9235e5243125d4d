internal import Dataflow
internal import Dispatch
internal import EmbeddedLog
internal import EventLog
internal import Execution
internal import Foundation
internal import Metrics
internal import RocksDB
internal import RocksDBState
internal import StreamCore
internal import StructuredLog
internal import Topology

/// Why a measurement could not be made.
struct BenchFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// A directory for one measurement, gone when it ends.
struct BenchScratch: Sendable {
    let path: String

    /// What tells it from others.
    var name: String { String(path.suffix(8)).lowercased() }

    init(_ parent: String?) throws {
        path = (parent ?? NSTemporaryDirectory()) + "/linehaul-bench-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// A directory that another process made.
    init(existing path: String) { self.path = path }

    func remove() throws { try FileManager.default.removeItem(atPath: path) }
}

/// An engine over a log and state in a scratch directory, as `run` would have it, without HTTP.
struct BenchBed {
    let log: any EventLog
    let state: RocksDBState
    let engine: Engine
    let metrics = MetricsRegistry()
    /// Acts on what the log says of turns, until the engine stops.
    private let turns: Task<Void, Never>

    init(_ scratch: BenchScratch, on broker: BenchBroker = .embedded, slots: Int, stateMemory: Int = 512 << 20) throws {
        let cache = BlockCache(bytes: 64 << 20)
        let output = LogOutput(format: .text, clock: { SystemClock.now().rfc3339 }) { FileHandle.standardError.write(Data($0)) }
        let logger = Logger(output, level: .warning)
        switch broker {
        case .embedded:
            var settings = EmbeddedLogSettings()
            settings.cache = cache
            log = try EmbeddedLog(directory: scratch.path + "/log", settings: settings, clock: SystemClock.now)
        case .kafka(let servers): log = try BenchBroker.open(servers, for: scratch, logger)
        }
        state = try RocksDBState(scratch.path + "/state", cache: cache)
        var settings = EngineSettings()
        settings.slots = slots
        settings.stateMemory = stateMemory
        settings.epochEvery = EventTime.Span(broker.epochEvery)
        let engine = Engine(log: log, state: state, settings: settings, logger: logger, metrics: metrics, clock: SystemClock.now)
        self.engine = engine
        turns = Task { await engine.serve() }
    }

    /// Deploys every job of a topology folder but `left`, and makes their topics: they have nothing to do. How many there are.
    func deploy(idle folder: String?, leaving left: String) async throws -> Int {
        guard let folder else { return 0 }
        let (topology, deployments) = try TopologyFolder(directory: folder).deploy(environment: [:], catalog: jobs())
        let idle = deployments.filter { $0.name != left }
        _ = try log.ensure(topology.topics + idle.ownTopics)
        try await engine.deploy(idle)
        return idle.count
    }

    /// Creates topics of those names and partitions, and their dead-letter topics.
    func ensure(_ topics: [(name: String, partitions: Int)]) throws {
        _ = try log.ensure(topics.flatMap { [TopicSpec($0.name, partitions: $0.partitions), TopicSpec("\($0.name).dlq", partitions: 1)] })
    }

    /// Waits until every task of a job is this process's.
    func untilHeld(_ job: String) async throws { try await untilAll(of: job) { _ in true } }

    /// Waits until every task of a job runs.
    func untilRunning(_ job: String) async throws { try await untilAll(of: job) { $0.condition == .running } }

    private func untilAll(of job: String, _ isSo: (TaskSnapshot) -> Bool) async throws {
        while true {
            let stages = await engine.snapshot().filter { $0.name == job }.flatMap(\.stages)
            let tasks = stages.flatMap(\.tasks)
            if tasks.count == stages.reduce(0, { $0 + $1.plan.tasks }), tasks.allSatisfy(isSo) { return }
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    /// Waits until the first stage of a job has read `records` and every epoch with them, shuffles included, has committed.
    func untilRead(_ records: Int, by job: String) async throws {
        while true {
            let stages = await engine.snapshot().filter { $0.name == job }.flatMap(\.stages)
            let tasks = stages.flatMap(\.tasks)
            if let failed = tasks.first(where: { $0.condition == .quarantined }) {
                throw BenchFailure("\(failed.task) failed: \(failed.lastFailure?.reason ?? "")")
            }
            let read = stages.first.map { $0.tasks.reduce(0) { $0 + $1.recordsIn } } ?? 0
            if read >= records, tasks.allSatisfy({ $0.isSettled && $0.inlets.allSatisfy { $0.lag == 0 } }) { return }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// How many records a topic holds, counted by reading it to its end.
    func records(in topic: String, partitions: Int) throws -> Int {
        let signal = DispatchSemaphore(value: 0)
        let reader = try log.makeReader { signal.signal() }
        defer { reader.close() }
        var count = 0
        var open = (0..<partitions).map { TopicPartition(topic, Partition($0)) }
        for partition in open { try reader.assign(partition, from: try log.resolve(.earliest, in: partition)) }
        while !open.isEmpty {
            for partition in open { while let batch = try reader.next(partition, upTo: 1 << 20) { count += batch.count } }
            try open.removeAll { try reader.isAtEnd($0) }
            if !open.isEmpty, signal.wait(timeout: .now() + .seconds(20)) == .timedOut {
                throw BenchFailure("the end of \(topic) was not reached within 20 s")
            }
        }
        return count
    }

    /// How long an epoch was on average in that time, by the task that committed most of them.
    func millisecondsAnEpoch(of job: String, over span: Duration) async -> Double {
        let tasks = await engine.snapshot().filter { $0.name == job }.flatMap(\.stages).flatMap(\.tasks)
        return (span / .milliseconds(max(1, tasks.map(\.epoch.number).max() ?? 1)) * 10).rounded() / 10
    }

    /// Ends it in order.
    func close() async {
        await engine.stop()
        await turns.value
        log.close()
    }
}

extension [Double] {
    /// The value below which that share of the values lies; 0 for none.
    func percentile(_ share: Double) -> Double {
        let sorted = sorted()
        return sorted.isEmpty ? 0 : sorted[Swift.min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }
}
