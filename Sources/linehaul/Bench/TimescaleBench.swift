internal import Dataflow
internal import EventLog
internal import Execution
internal import Foundation
internal import PostgresClient
internal import PostgresSinks
internal import StreamCore
internal import TimescaleSink

/// `linehaul bench timescale`: positions a second into `vehicle_tracking`, by the job `timescale-sink`, from topic to committed rows with their
/// positions in the log.
///
/// A fleet tells where it is, in the order of time, each vehicle every thirty seconds. Loading the topic is not timed. The clock runs from the
/// job's start, tables included, until the last row has committed.
struct TimescaleBench {
    /// An empty database: a TimescaleDB, or a PostgreSQL in its place.
    var uri = ""
    var records = 1_000_000
    var vehicles = 5_000
    var parallelism = 2

    private static let partitions = 8
    private static let inlets = ["tracking", "loads", "vehicles", "drivers", "carriers", "routes", "alerts", "predictions", "anomalies"]

    func run(in scratch: BenchScratch) async throws -> JSON {
        let bed = try BenchBed(scratch, slots: 2)
        try bed.ensure(Self.inlets.map { ("bench.\($0)", $0 == "tracking" ? Self.partitions : 1) })
        try load(into: bed)
        let database = SeriesDatabase(PostgresPool(PostgresSettings(Secret(uri)), limit: parallelism, clock: SystemClock.now))
        var settings = SettingsReader()
        let job = try TimescaleSink(database, settings: &settings)
        let inlets = Dictionary(
            uniqueKeysWithValues: Self.inlets.map {
                ($0, JobBindings.Inlet(JobBindings.Topic("bench.\($0)", partitions: $0 == "tracking" ? Self.partitions : 1)))
            })
        let clock = ContinuousClock()
        let start = clock.now
        try await bed.engine.deploy(
            JobDeployment(job: job, bindings: JobBindings(inlets: inlets, outlets: [:], parallelism: parallelism), fingerprint: "bench"))
        try await bed.untilWritten(records)
        let seconds = (clock.now - start) / .seconds(1)
        await bed.close()
        let found = try database.pool.with { session throws(PostgresFailure) in
            try session.query("SELECT count(*) FROM vehicle_tracking").integer(0, 0)
        }
        database.pool.close()
        return .object([
            "database": .string(database.kind == .timescale ? "TimescaleDB" : "PostgreSQL in partitions"),
            "rows": .integer(Int64(records)), "found": .integer(found ?? 0), "parallelism": .integer(Int64(parallelism)),
            "seconds": .number(seconds), "rows_per_second": .number((Double(records) / seconds).rounded()),
        ])
    }

    private func load(into bed: BenchBed) throws {
        let now = SystemClock.now()
        let span = EventTime.Span(.seconds(30 * (records / vehicles + 1)))
        for start in stride(from: 0, to: records, by: 20_000) {
            var builders = (0..<Self.partitions).map { _ in BatchBuilder(capacity: 1_000_000) }
            for number in start..<min(records, start + 20_000) {
                let (round, vehicle) = (number / vehicles, number % vehicles)
                let time = now.advanced(by: -span).advanced(by: .init(.seconds(30 * round)))
                let digits = "\(vehicle)"
                let id = "00000000-0000-4000-8002-" + String(repeating: "0", count: 12 - digits.count) + digits
                builders[vehicle % Self.partitions].append(key: Array(id.utf8), value: Self.fix(id, round, time), time: time)
            }
            _ = try bed.log.append(
                builders.indices.map { PartitionBatch(TopicPartition("bench.tracking", Partition($0)), builders[$0].finish()) })
        }
    }

    private static func fix(_ vehicle: String, _ round: Int, _ time: EventTime) -> [UInt8] {
        Array(
            """
            {"event_id":"\(vehicle)","event_type":"VEHICLE_LOCATION_UPDATED","timestamp":"\(time.rfc3339)","data":{"vehicle_id":"\(vehicle)",\
            "location":{"latitude":\(26 + Double(round % 1_000) / 100),"longitude":-87.5},"speed":\(round % 70),"heading":\(round % 360),\
            "fuel_level":61.5,"odometer":\(120_000 + round),"engine_hours":4100.5}}
            """.utf8)
    }
}
