internal import Dataflow
internal import EventLog
internal import Execution
internal import Neo4jClient
internal import Neo4jSink
internal import StreamCore

/// `linehaul bench neo4j`: relations a second into Neo4j, by the job `neo4j-sink`, from topic to committed relations with their positions.
///
/// The relations are those of loads: each has two stops, a carrier, a vehicle and a driver, and so five of them. Loading the topic is not
/// timed. The clock runs from the job's start, constraints and indexes included, or after a warm-up from when the topic is filled, until the last
/// relation has committed.
struct GraphBench {
    /// An empty Neo4j.
    var settings = Neo4jSettings("")
    var loads = 20_000
    /// Loads before them that are not timed: Neo4j compiles its statements, and they theirs, in the first half minute of their use.
    var warmUp = 0
    var parallelism = 2

    private static let inlets = ["loads", "vehicles", "drivers", "carriers", "routes", "network", "deviations"]
    private static let partitions = 8
    private static let relationsOfEach = 5

    func run(in scratch: BenchScratch) async throws -> JSON {
        let bed = try BenchBed(scratch, slots: 2)
        try bed.ensure(Self.inlets.map { ("bench.\($0)", Self.partitions) })
        try load(warmUp == 0 ? 0..<loads : 0..<warmUp, into: bed)
        let client = Neo4jClient(settings)
        var reader = SettingsReader()
        let job = try Neo4jSink(client, settings: &reader)
        let inlets = Dictionary(
            uniqueKeysWithValues: Self.inlets.map {
                ($0, JobBindings.Inlet(JobBindings.Topic("bench.\($0)", partitions: Self.partitions)))
            })
        let clock = ContinuousClock()
        var start = clock.now
        try await bed.engine.deploy(
            JobDeployment(job: job, bindings: JobBindings(inlets: inlets, outlets: [:], parallelism: parallelism), fingerprint: "bench"))
        if warmUp > 0 {
            try await bed.untilWritten(warmUp)
            start = clock.now
            try load(warmUp..<(warmUp + loads), into: bed)
        }
        try await bed.untilWritten(warmUp + loads)
        let seconds = (clock.now - start) / .seconds(1)
        await bed.close()
        let relations = try client.run([Neo4jStatement("MATCH ()-[r]->() RETURN count(r)")]).first?.first?.first?.integer ?? 0
        return .object([
            "loads": .integer(Int64(loads)), "relations": .integer(relations),
            "expected": .integer(Int64((warmUp + loads) * Self.relationsOfEach)),
            "parallelism": .integer(Int64(parallelism)), "seconds": .number(seconds),
            "relations_per_second": .number((Double(loads * Self.relationsOfEach) / seconds).rounded()),
        ])
    }

    private func load(_ numbers: Range<Int>, into bed: BenchBed) throws {
        let now = SystemClock.now()
        for start in stride(from: numbers.lowerBound, to: numbers.upperBound, by: 2_000) {
            var builders = (0..<Self.partitions).map { _ in BatchBuilder(capacity: 300_000) }
            for number in start..<min(numbers.upperBound, start + 2_000) {
                builders[number % Self.partitions].append(key: Array("load-\(number)".utf8), value: Self.load(number, now), time: now)
            }
            _ = try bed.log.append(
                builders.indices.map { PartitionBatch(TopicPartition("bench.loads", Partition($0)), builders[$0].finish()) })
        }
    }

    private static func load(_ number: Int, _ now: EventTime) -> [UInt8] {
        Array(
            """
            {"id":"load-\(number)","load_number":"LH-\(number)","status":"ASSIGNED","version":1,"carrier_id":"carrier-\(number % 300)",\
            "vehicle_id":"vehicle-\(number)","driver_id":"driver-\(number)","weight":1000,"rate":1200.50,\
            "pickup_location":{"latitude":41.5,"longitude":-87.5},"delivery_location":{"latitude":29.7,"longitude":-95.3},\
            "pickup_address":"1 Main","delivery_address":"2 Elm","pickup_datetime":"\(now.rfc3339)","delivery_datetime":"\(now.rfc3339)",\
            "created_at":"\(now.rfc3339)","updated_at":"\(now.rfc3339)"}
            """.utf8)
    }
}
