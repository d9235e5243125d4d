internal import EmbeddedLog
internal import EventLog
internal import Execution
internal import Foundation
internal import Metrics
internal import RocksDB
internal import RocksDBState
internal import StreamCore
internal import StructuredLog

/// Why a measurement could not be made.
struct BenchFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// A directory for one measurement, gone when it ends.
struct BenchScratch {
    let path: String

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
    let log: EmbeddedLog
    let state: RocksDBState
    let engine: Engine
    let metrics = MetricsRegistry()

    init(_ scratch: BenchScratch, slots: Int, stateMemory: Int = 512 << 20, epochEvery: Duration = .milliseconds(25)) throws {
        let cache = BlockCache(bytes: 64 << 20)
        var logSettings = EmbeddedLogSettings()
        logSettings.cache = cache
        log = try EmbeddedLog(directory: scratch.path + "/log", settings: logSettings, clock: SystemClock.now)
        state = try RocksDBState(scratch.path + "/state", cache: cache)
        var settings = EngineSettings()
        settings.slots = slots
        settings.stateMemory = stateMemory
        settings.epochEvery = EventTime.Span(epochEvery)
        let output = LogOutput(format: .text, clock: { SystemClock.now().rfc3339 }) { FileHandle.standardError.write(Data($0)) }
        engine = Engine(
            log: log, state: state, settings: settings, logger: Logger(output, level: .warning), metrics: metrics, clock: SystemClock.now)
    }

    /// Creates topics of those names and partitions, and their dead-letter topics.
    func ensure(_ topics: [(name: String, partitions: Int)]) throws {
        _ = try log.ensure(topics.flatMap { [TopicSpec($0.name, partitions: $0.partitions), TopicSpec("\($0.name).dlq", partitions: 1)] })
    }

    /// Waits until the first stages have read `records` and every epoch with them, shuffles included, has committed.
    func untilRead(_ records: Int) async throws {
        while true {
            let stages = await engine.snapshot().flatMap(\.stages)
            let tasks = stages.flatMap(\.tasks)
            if let failed = tasks.first(where: { $0.condition == .quarantined }) {
                throw BenchFailure("\(failed.task) failed: \(failed.lastFailure?.reason ?? "")")
            }
            let read = stages.first.map { $0.tasks.reduce(0) { $0 + $1.recordsIn } } ?? 0
            if read >= records, tasks.allSatisfy({ $0.isSettled && $0.inlets.allSatisfy { $0.lag == 0 } }) { return }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Waits until targets have taken `rows`.
    func untilWritten(_ rows: Int) async throws {
        while true {
            let tasks = await engine.snapshot().flatMap(\.stages).flatMap(\.tasks)
            if let failed = tasks.first(where: { $0.condition == .quarantined }) {
                throw BenchFailure("\(failed.task) failed: \(failed.lastFailure?.reason ?? "")")
            }
            if tasks.reduce(0, { $0 + ($1.sink?.written ?? 0) }) >= rows { return }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// How many records a topic has had.
    func records(in topic: String, partitions: Int) throws -> Int {
        try (0..<partitions).reduce(0) { $0 + Int(try log.bounds(of: TopicPartition(topic, Partition($1))).committed.number) }
    }

    /// Ends it in order.
    func close() async {
        await engine.stop()
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
