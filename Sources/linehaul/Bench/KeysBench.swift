internal import EmbeddedLog
internal import EventLog
internal import Execution
internal import StreamCore

/// `linehaul bench keys`: what a record costs with so many keys of kept state, within the memory for it and beyond.
struct KeysBench {
    var keys = 1_000_000
    var records = 3_000_000
    var parallelism = 2
    var partitions = 8
    var stateMemory = 512 << 20

    /// Each key is written once before the clock runs, then `records` records hit keys at random.
    func run(in scratch: BenchScratch) async throws -> JSON {
        let bed = try BenchBed(scratch, slots: parallelism, stateMemory: stateMemory)
        try bed.ensure([("bench.ticks", partitions), ("bench.counts", partitions)])
        try fill(bed)
        try await bed.engine.deploy(try KeyCount.deployment(parallelism: parallelism, partitions: partitions, isSilent: true))
        try await bed.untilRead(keys, by: KeyCount.name)
        try await bed.engine.pause(KeyCount.name)
        var random = UInt64(88_172_645_463_325_252)
        try appendRandom(records, to: bed, &random)
        let clock = ContinuousClock()
        let start = clock.now
        try await bed.engine.resume(KeyCount.name)
        try await bed.untilRead(keys + records, by: KeyCount.name)
        let seconds = (clock.now - start) / .seconds(1)
        let memory = await bed.engine.snapshot().reduce(0) { $0 + $1.stages.reduce(0) { $0 + $1.tasks.reduce(0) { $0 + $1.memory } } }
        await bed.close()
        return .object([
            "keys": .integer(Int64(keys)), "records": .integer(Int64(records)), "seconds": .number(seconds),
            "records_per_second": .number((Double(records) / seconds).rounded()),
            "microseconds_per_record": .number(seconds * 1e6 / Double(records)), "state_memory_bytes": .integer(Int64(memory)),
        ])
    }

    /// Every key once.
    func fill(_ bed: BenchBed) throws { try append(count: keys, to: bed) { $0 } }

    /// Records of keys drawn at random, by xorshift from a state that must not be 0.
    func appendRandom(_ count: Int, to bed: BenchBed, _ random: inout UInt64) throws {
        try append(count: count, to: bed) { _ in
            random ^= random << 13
            random ^= random >> 7
            random ^= random << 17
            return Int(random % UInt64(keys))
        }
    }

    /// One record more.
    func appendOne(_ bed: BenchBed) throws { try append(count: 1, to: bed) { _ in 42 } }

    private func append(count: Int, to bed: BenchBed, _ key: (Int) -> Int) throws {
        var builders = (0..<partitions).map { _ in BatchBuilder(capacity: 64 << 10) }
        let time = SystemClock.now()
        let codec = KeyCount.Codec()
        for index in 0..<count {
            let tick = KeyCount.Tick(key: key(index), number: 0, made: time)
            let bytes = codec.key(of: tick)
            let partition = Partitioner.partition(of: bytes ?? [], among: partitions).index
            codec.encode(tick, at: time, key: bytes, into: &builders[partition])
            if builders[partition].count == 2_048 {
                _ = try bed.log.append([PartitionBatch(TopicPartition("bench.ticks", Partition(partition)), builders[partition].finish())])
            }
        }
        for partition in builders.indices where !builders[partition].isEmpty {
            _ = try bed.log.append([PartitionBatch(TopicPartition("bench.ticks", Partition(partition)), builders[partition].finish())])
        }
    }
}
