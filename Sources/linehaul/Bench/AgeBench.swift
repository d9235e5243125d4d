internal import EmbeddedLog
internal import EventLog
internal import Execution
internal import StreamCore

/// `linehaul bench age`: whether a record costs more the longer a log has been written, with retention and compaction at work beside it.
struct AgeBench {
    var rounds = 20
    var keys = 100_000
    var records = 1_000_000
    var parallelism = 2
    /// How many bytes of a partition of the input are kept: a few rounds' worth, so that retention works from then on.
    var retained = 64 << 20

    /// Sends round after round of records through one running job, each appended while it is paused, and times each.
    func run(in scratch: BenchScratch) async throws -> JSON {
        let filling = KeysBench(keys: keys, records: records, parallelism: parallelism)
        let bed = try BenchBed(scratch, slots: parallelism)
        _ = try bed.log.ensure([
            TopicSpec("bench.ticks", partitions: filling.partitions, cleanup: .retain(time: nil, bytes: retained)),
            TopicSpec("bench.ticks.dlq", partitions: 1), TopicSpec("bench.counts", partitions: filling.partitions),
        ])
        try await bed.engine.deploy(try KeyCount.deployment(parallelism: parallelism, partitions: filling.partitions, isSilent: true))
        let log = bed.log
        let upkeep = Task {
            while !Task.isCancelled {
                while try await BenchThread.run({ try log.maintain(now: SystemClock.now()) }) {}
                try await Task.sleep(for: .seconds(1))
            }
        }
        defer { upkeep.cancel() }
        var random = UInt64(88_172_645_463_325_252)
        var rates: [Double] = []
        for round in 1...rounds {
            try await bed.engine.pause(KeyCount.name)
            try filling.appendRandom(records, to: bed, &random)
            let clock = ContinuousClock()
            let start = clock.now
            try await bed.engine.resume(KeyCount.name)
            try await bed.untilRead(round * records, by: KeyCount.name)
            rates.append(Double(records) / ((clock.now - start) / .seconds(1)))
        }
        upkeep.cancel()
        // ORDER: the log is closed when nothing maintains it any more.
        if case .failure(let failure) = await upkeep.result, !(failure is CancellationError) { throw failure }
        let bytes = try log.topics().reduce(0) { $0 + $1.partitions.reduce(0) { $0 + ($1.bytes ?? 0) } }
        await bed.close()
        let quarter = max(1, rounds / 4)
        return .object([
            "rounds": .integer(Int64(rounds)), "records_a_round": .integer(Int64(records)), "keys": .integer(Int64(keys)),
            "first_quarter_records_per_second": .number(Array(rates.prefix(quarter)).percentile(0.5).rounded()),
            "last_quarter_records_per_second": .number(Array(rates.suffix(quarter)).percentile(0.5).rounded()),
            "log_bytes": .integer(Int64(bytes)),
        ])
    }
}
