internal import Dataflow
internal import EventLog
internal import Execution
internal import Foundation
internal import PostgresClient
internal import PostgresSink
internal import PostgresSinks
internal import StreamCore
internal import Wire

/// `linehaul bench postgres`: rows a second into PostgreSQL, from topic to committed rows with their positions.
///
/// Loading the topic is not timed. The clock runs from the job's start until the last row has committed.
struct PostgresBench {
    /// An empty database.
    var uri = ""
    var records = 2_000_000
    var parallelism = 2
    /// Whether audit records go into `audit_logs` with all its indexes, by the job `postgres-sink`, and not narrow rows into a plain table.
    var isAudit = false
    /// Whether narrow rows go by `COPY` in place of one `INSERT` from arrays.
    var copies = false

    private static let partitions = 8

    func run(in scratch: BenchScratch) async throws -> JSON {
        let bed = try BenchBed(scratch, slots: 2)
        try bed.ensure([("bench.rows", Self.partitions)] + (isAudit ? EntityInlets.names.map { ("bench.\($0)", 1) } : []))
        try load(into: bed)
        let pool = PostgresPool(PostgresSettings(Secret(uri)), limit: parallelism, clock: SystemClock.now)
        let (job, inlets) = try deployment(pool)
        let bindings = JobBindings(inlets: inlets, outlets: [:], parallelism: parallelism)
        let clock = ContinuousClock()
        let start = clock.now
        try await bed.engine.deploy(JobDeployment(job: job, bindings: bindings, fingerprint: "bench"))
        try await bed.untilWritten(records)
        let seconds = (clock.now - start) / .seconds(1)
        await bed.close()
        let table = isAudit ? "audit_logs" : "bench_rows"
        let found = try pool.with { session throws(PostgresFailure) in try session.query("SELECT count(*) FROM \(table)").integer(0, 0) }
        pool.close()
        return .object([
            "rows": .integer(Int64(records)), "found": .integer(found ?? 0), "parallelism": .integer(Int64(parallelism)),
            "seconds": .number(seconds), "rows_per_second": .number((Double(records) / seconds).rounded()),
        ])
    }

    private func deployment(_ pool: PostgresPool) throws -> (any Job, [String: JobBindings.Inlet]) {
        let rows = JobBindings.Topic("bench.rows", partitions: Self.partitions)
        guard isAudit else { return (NarrowRows(pool: pool, copies: copies), ["rows": .init(rows)]) }
        var settings = SettingsReader()
        var inlets = Dictionary(
            uniqueKeysWithValues: EntityInlets.names.map { ($0, JobBindings.Inlet(JobBindings.Topic("bench.\($0)", partitions: 1))) })
        inlets["audit"] = .init(rows)
        return (try PostgresSink(pool, settings: &settings), inlets)
    }

    private func load(into bed: BenchBed) throws {
        let now = SystemClock.now()
        for start in stride(from: 0, to: records, by: 20_000) {
            var builders = (0..<Self.partitions).map { _ in BatchBuilder(capacity: 300_000) }
            for number in start..<min(records, start + 20_000) {
                let value = isAudit ? Self.audit(number, now) : Array("\(number)".utf8)
                builders[number % Self.partitions].append(key: Array("k\(number % 1_000)".utf8), value: value, time: now)
            }
            _ = try bed.log.append(
                builders.indices.map { PartitionBatch(TopicPartition("bench.rows", Partition($0)), builders[$0].finish()) })
        }
    }

    private static func audit(_ number: Int, _ now: EventTime) -> [UInt8] {
        let digits = String(number, radix: 16)
        let id = "0190f3c2-6b7e-7c3a-8d1e-" + String(repeating: "0", count: 12 - digits.count) + digits
        return Array(
            """
            {"id":"\(id)","table_name":"loads","record_id":"load-\(number % 50_000)","action":"STATUS_CHANGE","changed_data":{"status":\
            {"old":"CREATED","new":"ASSIGNED"}},"user_id":"user-\(number % 100_000)","correlation_id":"\(id)","created_at":"\(now.rfc3339)"}
            """.utf8)
    }
}

/// The inlets of `postgres-sink` beside `audit`.
private enum EntityInlets {
    static let names = ["carriers", "vehicles", "drivers", "loads", "routes"]
}

/// A job that writes two numbers and an instant of each record into a table without an index.
private struct NarrowRows: Job {
    static let name = "narrow-rows"
    static let summary = "narrow rows, for measuring"
    private static let rows = Inlet<Narrow>("rows")
    let pool: PostgresPool
    let copies: Bool

    func declare(in flow: Flow) {
        let schema = PostgresSchema(
            of: Self.name,
            [.init("rows", "CREATE TABLE bench_rows (number bigint NOT NULL, at timestamptz NOT NULL, half float8 NOT NULL)")])
        flow.from(Self.rows, decoding: { NarrowDecoder() })
            .written("write-rows", to: "postgres") { [pool, copies] in PostgresSinkWriter(pool, schema, NarrowTable(copies: copies)) }
    }
}

private struct Narrow: Sendable {
    let number: Int64
    let time: EventTime
}

private struct NarrowDecoder: RecordDecoder {
    mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> Narrow? {
        let number = unsafe batch.withValue(index) { value in
            unsafe value?.reduce(Int64(0)) { $0 &* 10 &+ Int64($1) &- 48 }
        }
        return number.map { Narrow(number: $0, time: batch.time(index)) }
    }
}

private struct NarrowTable: PostgresRows {
    let copies: Bool

    func write(_ rows: ArraySlice<Narrow>, in session: PostgresSession) throws(PostgresFailure) {
        if copies {
            _ = try session.copy("COPY bench_rows FROM STDIN (FORMAT binary)", binary(rows))
            return
        }
        var (numbers, times, halves) = (PostgresColumn(.int8), PostgresColumn(.timestamp), PostgresColumn(.float8))
        for row in rows {
            numbers.append(row.number)
            times.append(row.time)
            halves.append(Double(row.number) / 2)
        }
        _ = try session.query(
            "INSERT INTO bench_rows SELECT * FROM unnest($1::bigint[], $2::timestamptz[], $3::float8[])",
            [PostgresValue(numbers), PostgresValue(times), PostgresValue(halves)])
    }

    /// The rows in the form of `COPY … (FORMAT binary)`.
    private func binary(_ rows: ArraySlice<Narrow>) -> [UInt8] {
        var out = ByteWriter(capacity: rows.count * 38 + 32)
        out.raw(Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0])
        out.ordered(UInt64(0))
        for row in rows {
            out.ordered(UInt16(3))
            let microseconds = row.time.microseconds - 946_684_800_000_000
            for word in [UInt64(bitPattern: row.number), UInt64(bitPattern: microseconds), (Double(row.number) / 2).bitPattern] {
                out.ordered(UInt32(8))
                out.ordered(word)
            }
        }
        out.ordered(UInt16.max)
        return out.take()
    }
}
