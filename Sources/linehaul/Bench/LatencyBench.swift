internal import Dispatch
internal import EventLog
internal import Execution
internal import Foundation
internal import StreamCore

/// `linehaul bench latency`: from a record's making to its effect being durable and readable, at a steady rate, every epoch synced.
///
/// Records become due at the rate, and those that are due are appended durably together; the job counts by key and says each count with the
/// record's own time; a reader of the outlet takes the time as soon as it can read it.
struct LatencyBench {
    var rate = 10_000
    var seconds = 10
    /// How long records are sent before any is measured: caches fill, and a broker that has just begun compiles itself.
    var warmUp = 0
    var partitions = 8
    var broker = BenchBroker.embedded
    /// A topology folder whose jobs run beside it with nothing to do.
    var beside: String?

    func run(in scratch: BenchScratch) async throws -> JSON {
        try broker.requireEmpty(for: scratch)
        let bed = try BenchBed(scratch, on: broker, slots: 2)
        let idle = try await bed.deploy(idle: beside, leaving: KeyCount.name)
        try bed.ensure([("bench.ticks", partitions), ("bench.counts", partitions)])
        try await bed.engine.deploy(try KeyCount.deployment(parallelism: 2, partitions: partitions, isSilent: false))
        try await bed.untilRunning(KeyCount.name)
        try await bed.untilRead(0, by: KeyCount.name)
        let (log, partitions, rate) = (bed.log, partitions, rate)
        let (unmeasured, total) = (rate * warmUp, rate * (warmUp + seconds))
        async let latencies = BenchThread.run { try LatencyBench.read(total, from: log, partitions) }
        async let appends = BenchThread.run { try LatencyBench.append(total, rate, to: log, partitions) }
        let (read, appended) = try await (Array(latencies.dropFirst(unmeasured)), appends)
        let epoch = await bed.millisecondsAnEpoch(of: KeyCount.name, over: .seconds(warmUp + seconds))
        await bed.close()
        try broker.clear(after: scratch)
        return .object([
            "idle_jobs": .integer(Int64(idle)), "rate": .integer(Int64(rate)), "records": .integer(Int64(read.count)),
            "milliseconds_an_epoch": .number(epoch),
            "append_p50_ms": .number(appended.percentile(0.5)), "append_p99_ms": .number(appended.percentile(0.99)),
            "p50_ms": .number(read.percentile(0.5)), "p99_ms": .number(read.percentile(0.99)), "max_ms": .number(read.max() ?? 0),
        ])
    }

    /// Appends at the rate; the milliseconds that each append took.
    private static func append(_ total: Int, _ rate: Int, to log: any EventLog, _ partitions: Int) throws -> [Double] {
        let codec = KeyCount.Codec()
        let start = SystemClock.now()
        var (sent, number) = (0, 0)
        var took: [Double] = []
        while sent < total {
            let now = SystemClock.now()
            let due = min(total, Int(Double(now.since(start).microseconds) * Double(rate) / 1e6))
            guard due > sent else {
                usleep(500)
                continue
            }
            var builders: [Int: BatchBuilder] = [:]
            for index in sent..<due {
                number &+= 1
                // Made when it was due: while an append is waited for, records go on being made.
                let made = start.advanced(by: EventTime.Span(microseconds: Int64(Double(index) / Double(rate) * 1e6)))
                let tick = KeyCount.Tick(key: number &* 7_919 % 50_000, number: 0, made: made)
                let key = codec.key(of: tick)
                let partition = Partitioner.partition(of: key ?? [], among: partitions).index
                codec.encode(tick, at: now, key: key, into: &builders[partition, default: BatchBuilder()])
            }
            _ = try log.append(
                builders.keys.sorted().map { partition in
                    PartitionBatch(
                        TopicPartition("bench.ticks", Partition(partition)), builders[partition, default: BatchBuilder()].finish())
                })
            took.append(Double(SystemClock.now().since(now).microseconds) / 1_000)
            sent = due
        }
        return took
    }

    /// Reads the outlet as it grows; the milliseconds from making to reading of each record.
    private static func read(_ total: Int, from log: any EventLog, _ partitions: Int) throws -> [Double] {
        let signal = DispatchSemaphore(value: 0)
        let reader = try log.makeReader { signal.signal() }
        defer { reader.close() }
        let all = (0..<partitions).map { TopicPartition("bench.counts", Partition($0)) }
        for partition in all { try reader.assign(partition, from: .zero) }
        let codec = KeyCount.Codec()
        var latencies: [Double] = []
        while latencies.count < total {
            var found = false
            for partition in all {
                while let batch = try reader.next(partition, upTo: 1 << 20) {
                    found = true
                    let now = SystemClock.now()
                    for index in 0..<batch.count {
                        if let tick = try codec.decode(index, of: batch) {
                            latencies.append(Double(now.since(tick.made).microseconds) / 1_000)
                        }
                    }
                }
            }
            if !found, signal.wait(timeout: .now() + .seconds(20)) == .timedOut {
                throw BenchFailure("\(latencies.count) of \(total) records came out, and none for 20 s")
            }
        }
        return latencies
    }
}

/// A thread for work that blocks.
enum BenchThread {
    static func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            Thread { continuation.resume(with: Swift.Result { try work() }) }.start()
        }
    }
}
