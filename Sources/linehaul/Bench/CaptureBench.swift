internal import ChangeCapture
internal import Dataflow
internal import EventLog
internal import Execution
internal import PostgresClient
internal import StreamCore

/// `linehaul bench cdc`: changes a second captured from one slot, from the server's log to committed records; then how long after its
/// transaction's commit a change can be read, at a rate that leaves room.
///
/// The rows are inserted while the capture is away, so the first clock runs from its start until the last record has committed.
struct CaptureBench {
    /// An empty database of a server with `wal_level = logical`, as a user with the right of REPLICATION.
    var uri = ""
    var records = 1_000_000
    /// How many rows a transaction inserts.
    var batch = 100
    /// Changes a second while lag is measured, and for how many seconds.
    var rate = 1_000
    var seconds = 20

    private static let partitions = 8
    private static let slot = "linehaul_bench"

    func run(in scratch: BenchScratch) async throws -> JSON {
        let session = try PostgresSession(PostgresSettings(Secret(uri), statementTimeout: .seconds(600)))
        try session.run(
            "CREATE TABLE bench_changes (id bigint PRIMARY KEY, reference text, weight numeric(10,2), at timestamptz, version int)")
        defer { clean(session) }
        let bed = try await self.bed(scratch)
        try await untilStreaming(session)
        try await bed.engine.pause(ChangeCapture.name)
        try insert(1...records, in: session)
        let clock = ContinuousClock()
        let start = clock.now
        try await bed.engine.resume(ChangeCapture.name)
        try await bed.untilRead(records, by: ChangeCapture.name)
        let taken = (clock.now - start) / .seconds(1)
        let found = try bed.records(in: "bench.changes", partitions: Self.partitions)
        let lags = try await lags(bed)
        await bed.close()
        return .object([
            "changes": .integer(Int64(records)), "found": .integer(Int64(found)), "seconds": .number(taken),
            "changes_per_second": .number((Double(records) / taken).rounded()), "changes_per_transaction": .integer(Int64(batch)),
            "lag_changes": .integer(Int64(lags.count)), "lag_p50_ms": .number(lags.percentile(0.5)),
            "lag_p99_ms": .number(lags.percentile(0.99)), "lag_max_ms": .number(lags.max() ?? 0),
        ])
    }

    private func bed(_ scratch: BenchScratch) async throws -> BenchBed {
        let bed = try BenchBed(scratch, slots: 1)
        try bed.ensure([("bench.changes", Self.partitions)])
        var settings = SettingsReader(texts: ["tables": "bench_changes", "slot": Self.slot, "publication": Self.slot])
        let job = try ChangeCapture(PostgresSettings(Secret(uri)), settings: &settings)
        let bindings = JobBindings(
            inlets: [:], outlets: ["bench_changes": JobBindings.Topic("bench.changes", partitions: Self.partitions)])
        try await bed.engine.deploy(JobDeployment(job: job, bindings: bindings, fingerprint: "bench"))
        return bed
    }

    /// Waits until the slot is there and a position behind it has committed: the server has heard of one.
    private func untilStreaming(_ session: PostgresSession) async throws {
        let started = try session.query("SELECT pg_current_wal_lsn()").text(0, 0) ?? ""
        while true {
            let found = try session.query(
                "SELECT 1 FROM pg_replication_slots WHERE slot_name = '\(Self.slot)' AND active AND confirmed_flush_lsn >= '\(started)'")
            if found.count == 1 { return }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private func insert(_ numbers: ClosedRange<Int>, in session: PostgresSession) throws {
        try session.run(
            """
            DO $$ BEGIN FOR i IN 0..\((numbers.count - 1) / batch) LOOP
              INSERT INTO bench_changes SELECT n, 'reference-' || n, n % 10000 / 100.0, now(), 1
              FROM generate_series(\(numbers.lowerBound) + i * \(batch), least(\(numbers.lowerBound) + (i + 1) * \(batch) - 1, \(numbers.upperBound))) n;
              COMMIT;
            END LOOP; END $$
            """)
    }

    /// Milliseconds from each change's commit until it was read from its topic, changes coming at an even rate.
    private func lags(_ bed: BenchBed) async throws -> [Double] {
        let reader = try bed.log.makeReader {}
        defer { reader.close() }
        let open = (0..<Self.partitions).map { TopicPartition("bench.changes", Partition($0)) }
        for partition in open { try reader.assign(partition, from: try bed.log.resolve(.latest, in: partition)) }
        let writing = Task { [uri, rate, seconds, records] in
            let session = try PostgresSession(PostgresSettings(Secret(uri)))
            let clock = ContinuousClock()
            let start = clock.now
            // Transactions of ten: what ten clients a hundredth of a second apart would do.
            for tick in 0..<(seconds * rate / 10) {
                let first = records + tick * 10 + 1
                try session.run("INSERT INTO bench_changes SELECT n, 'r', 1, now(), 1 FROM generate_series(\(first), \(first + 9)) n")
                try await clock.sleep(until: start + .microseconds((tick + 1) * 10_000_000 / rate), tolerance: .zero)
            }
        }
        var lags: [Double] = []
        while lags.count < seconds * rate {
            var isIdle = true
            for partition in open {
                while let batch = try reader.next(partition, upTo: 1 << 20) {
                    isIdle = false
                    let now = SystemClock.now()
                    for index in 0..<batch.count { lags.append(Double(now.since(batch.time(index)).microseconds) / 1_000) }
                }
            }
            if isIdle { try await Task.sleep(for: .milliseconds(1)) }
        }
        try await writing.value
        return lags
    }

    private func clean(_ session: PostgresSession) {
        let statements = """
            SELECT pg_terminate_backend(active_pid, 5000) FROM pg_replication_slots WHERE slot_name = '\(Self.slot)' AND active;
            SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '\(Self.slot)';
            DROP PUBLICATION IF EXISTS \(Self.slot); DROP TABLE bench_changes
            """
        for statement in statements.split(separator: ";") { try? session.run(String(statement)) }
    }
}
