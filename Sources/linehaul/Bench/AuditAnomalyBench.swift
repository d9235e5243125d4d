internal import AuditAnomaly
internal import Dataflow
internal import Execution
internal import EventLog
internal import Foundation
internal import Freight
internal import StreamCore
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
        var broker = BenchBroker.embedded
        /// A topology folder whose other jobs run beside it with nothing to do.
        var beside: String?
    }

    let settings: Settings

    func run(in scratch: BenchScratch) async throws -> JSON {
        try settings.broker.requireEmpty(for: scratch)
        let bed = try BenchBed(scratch, on: settings.broker, slots: settings.parallelism)
        let idle = try await bed.deploy(idle: settings.beside, leaving: AuditAnomaly.name)
        let topic = JobBindings.Topic("bench.audit", partitions: settings.partitions, key: settings.shuffles ? "id" : "user_id")
        try bed.ensure([(topic.name, topic.partitions), ("bench.anomalies", 8), ("bench.late", 8)])
        let clock = ContinuousClock()
        let loadStart = clock.now
        let records = try load(into: bed.log, topic)
        let loaded = clock.now

        var reader = SettingsReader()
        let job = try AuditAnomaly(settings: &reader)
        var inlet = InletSettings()
        inlet.lateness = EventTime.Span(microseconds: 500_000)
        // The file's times may lie ahead of this machine's clock.
        inlet.ahead = EventTime.Span(microseconds: .max / 4)
        let bindings = JobBindings(
            inlets: ["audit": .init(topic, settings: inlet)],
            outlets: ["anomalies": .init("bench.anomalies", partitions: 8), "late": .init("bench.late", partitions: 8)],
            parallelism: settings.parallelism)
        let start = clock.now
        try await bed.engine.deploy(JobDeployment(job: job, bindings: bindings, fingerprint: "bench"))
        try await bed.untilRunning(AuditAnomaly.name)
        let running = clock.now
        try await bed.untilRead(records, by: AuditAnomaly.name)
        let (seconds, starting) = ((clock.now - start) / .seconds(1), (running - start) / .seconds(1))
        // What the ordering buffers still hold leaves once the inlets have been silent for a while; not part of what is timed.
        try await Task.sleep(for: .seconds(2))
        let alerts = try bed.records(in: "bench.anomalies", partitions: 8)
        let epoch = await bed.millisecondsAnEpoch(of: AuditAnomaly.name, over: .seconds(seconds))
        await bed.close()
        try settings.broker.clear(after: scratch)
        return .object([
            "records": .integer(Int64(records)), "parallelism": .integer(Int64(settings.parallelism)), "shuffled": .bool(settings.shuffles),
            "seconds": .number(seconds), "starting_seconds": .number(starting),
            "records_per_second": .number((Double(records) / seconds).rounded()),
            "milliseconds_an_epoch": .number(epoch), "idle_jobs": .integer(Int64(idle)),
            "alerts": .integer(Int64(alerts)), "load_seconds": .number((loaded - loadStart) / .seconds(1)),
        ])
    }

    private func load(into log: any EventLog, _ topic: JobBindings.Topic) throws -> Int {
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
