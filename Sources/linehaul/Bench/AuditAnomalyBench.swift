internal import AuditAnomaly
internal import Dataflow
internal import EmbeddedLog
internal import EventLog
internal import Execution
internal import Foundation
internal import Freight
internal import Metrics
internal import RocksDB
internal import RocksDBState
internal import StreamCore
internal import StructuredLog
internal import Wire

/// `linehaul bench audit-anomaly`: a file of audit records through the job, topic to outlet, with durable epochs.
///
/// Loading the file into the topic is not timed. The clock runs from the job's start until the epoch that holds the last record commits.
struct AuditAnomalyBench {
    /// What is measured, and how.
    struct Settings {
        var input: String
        var parallelism = 2
        var partitions = 8
        /// Whether the topic is keyed by record id, so that the job shuffles.
        var shuffles = false
        var stateMemory = 512 << 20
        var settings: [String: String] = [:]
        var directory: String
        var durability = EmbeddedLogSettings.Durability.sync
    }

    /// What came out.
    struct Result {
        let records: Int
        let seconds: Double
        let alerts: Int
        let loadSeconds: Double
        var rate: Double { Double(records) / seconds }

        var json: JSON {
            .object([
                "records": .integer(Int64(records)), "seconds": .number(seconds), "records_per_second": .number(rate.rounded()),
                "alerts": .integer(Int64(alerts)), "load_seconds": .number(loadSeconds),
            ])
        }
    }

    let settings: Settings

    func run() async throws -> Result {
        let clock: @Sendable () -> EventTime = { EventTime(microseconds: Int64(Date().timeIntervalSince1970 * 1e6)) }
        let cache = BlockCache(bytes: 64 << 20)
        var logSettings = EmbeddedLogSettings()
        logSettings.cache = cache
        logSettings.durability = settings.durability
        let log = try EmbeddedLog(directory: settings.directory + "/log", settings: logSettings, clock: clock)
        let state = try RocksDBState(settings.directory + "/state", cache: cache)
        let topic = JobBindings.Topic("bench.audit", partitions: settings.partitions, key: settings.shuffles ? "id" : "user_id")
        _ = try log.ensure([
            TopicSpec(topic.name, partitions: topic.partitions, key: topic.key), TopicSpec("bench.anomalies", partitions: 8),
            TopicSpec("bench.late", partitions: 8), TopicSpec("bench.audit.dlq", partitions: 1),
        ])
        let loadStart = ContinuousClock.now
        let records = try load(into: log, topic)
        let loadSeconds = (ContinuousClock.now - loadStart) / .seconds(1)

        var reader = SettingsReader(texts: settings.settings)
        let job = try AuditAnomaly(settings: &reader)
        var inlet = InletSettings()
        inlet.lateness = EventTime.Span(microseconds: 500_000)
        // The file's times may lie ahead of this machine's clock.
        inlet.ahead = EventTime.Span(microseconds: .max / 4)
        let bindings = JobBindings(
            inlets: ["audit": .init(topic, settings: inlet)],
            outlets: ["anomalies": .init("bench.anomalies", partitions: 8), "late": .init("bench.late", partitions: 8)],
            parallelism: settings.parallelism)
        var engineSettings = EngineSettings()
        engineSettings.slots = settings.parallelism
        engineSettings.stateMemory = settings.stateMemory
        let logger = Logger(
            LogOutput(format: .text, clock: { clock().rfc3339 }) { FileHandle.standardError.write(Data($0)) }, level: .warning)
        let engine = Engine(
            log: log, state: state, settings: engineSettings, logger: logger, metrics: MetricsRegistry(), clock: clock)
        let start = ContinuousClock.now
        try await engine.deploy(JobDeployment(job: job, bindings: bindings, fingerprint: "bench"))
        let end = try await finished(engine, log, records)
        // What the ordering buffers still hold leaves once the inlets have been silent for a while; not part of what is timed.
        try await Task.sleep(for: .seconds(2))
        let alerts = try (0..<8).reduce(0) { $0 + Int(try log.bounds(of: TopicPartition("bench.anomalies", Partition($1))).committed.number) }
        await engine.stop()
        log.close()
        return Result(records: records, seconds: (end - start) / .seconds(1), alerts: alerts, loadSeconds: loadSeconds)
    }

    /// Waits until every record has been read and the epochs that hold them have committed.
    private func finished(_ engine: Engine, _ log: EmbeddedLog, _ records: Int) async throws -> ContinuousClock.Instant {
        let stage = "users"
        while true {
            try await Task.sleep(for: .milliseconds(5))
            let tasks = await engine.snapshot().flatMap(\.stages)
            if tasks.contains(where: { $0.tasks.contains { $0.condition == .quarantined } }) { throw BenchFailure("a task failed") }
            let read = tasks.first.map { $0.tasks.reduce(0) { $0 + $1.recordsIn } } ?? 0
            let isQuiet = tasks.allSatisfy { $0.tasks.allSatisfy { $0.isSettled && $0.inlets.allSatisfy { $0.lag == 0 } } }
            if read >= records, isQuiet, tasks.contains(where: { $0.plan.logical.id == stage }) { return .now }
        }
    }

    private func load(into log: EmbeddedLog, _ topic: JobBindings.Topic) throws -> Int {
        let file = try Data(contentsOf: URL(fileURLWithPath: settings.input), options: .alwaysMapped)
        var decoder = AuditDecoder()
        var builders = (0..<topic.partitions).map { _ in BatchBuilder(capacity: 300_000) }
        var count = 0
        var pending: [PartitionBatch] = []
        func flush(_ partition: Int) throws {
            pending.append(PartitionBatch(TopicPartition(topic.name, Partition(partition)), builders[partition].finish()))
            if pending.count >= 16 {
                _ = try log.append(pending)
                pending = []
            }
        }
        var line: [UInt8] = []
        try unsafe file.withUnsafeBytes { bytes in
            var start = 0
            while start < bytes.count {
                let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[start...])
                guard let newline = unsafe memchr(rest.baseAddress!, 10, rest.count) else { break }
                let length = unsafe newline - UnsafeMutableRawPointer(mutating: rest.baseAddress!)
                line = unsafe Array(rest.prefix(length))
                start += length + 1
                var one = BatchBuilder(capacity: length + 64)
                one.append(key: nil, value: line, time: EventTime(microseconds: 0))
                guard let record = try decoder.decode(0, of: one.finish()) else { continue }
                let key = settings.shuffles ? record.id.utf8 : (record.userID ?? record.id).utf8
                let partition = Partitioner.partition(of: key, among: topic.partitions).index
                builders[partition].append(key: key, value: line, time: record.time)
                if builders[partition].count >= 512 { try flush(partition) }
                count += 1
            }
        }
        for partition in builders.indices where !builders[partition].isEmpty { try flush(partition) }
        if !pending.isEmpty { _ = try log.append(pending) }
        return count
    }
}

/// Why a measurement could not be made.
struct BenchFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
