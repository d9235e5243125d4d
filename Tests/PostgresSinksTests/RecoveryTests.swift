import Dataflow
import PostgresClient
import PostgresSinks
import StreamCore
import StreamTesting
import TestServers
import Testing

/// The recovery law with a real database behind the engine: its rows are the log's records, each once.
@Suite(.serialized, .enabled(if: PostgresServer.missing == nil, "PostgreSQL is not installed here")) struct RecoveryTests {
    private static let input = Inlet<Sample>("input")

    private func depot(_ pool: PostgresPool) async throws -> Depot {
        let job = SketchJob { flow in
            flow.from(Self.input, decoding: { SampleDecoder() })
                .written("rows", to: "postgres") { PostgresSinkWriter(pool, SampleTable.schema(), SampleTable()) }
        }
        return try await Depot(job, try JobHarness.bindings(of: job, partitions: Depot.partitions))
    }

    private func samples(_ numbers: Range<Int>) -> [Record] { numbers.map { Sample("k\($0 % 17)", $0, at: $0).record } }

    private func expect(_ database: SampleDatabase, _ numbers: Range<Int>) throws {
        let found = try database.rows().map(\.number)
        let lost = Set(numbers).subtracting(found).count
        #expect(lost == 0 && found.count == numbers.count, "\(lost) lost, \(found.count + lost - numbers.count) too many")
    }

    @Test(arguments: Depot.Interruption.allCases) func `rows are the log's records after any interruption`(
        how: Depot.Interruption
    ) async throws {
        let database = try SampleDatabase()
        let between = Interposer(before: try #require(database.server.port))
        defer { between.stop() }
        var depot = try await depot(database.pool(through: between))
        for round in 0..<4 {
            if round % 2 == 1 { between.cut(after: "COMMIT") }
            try depot.publish(samples(round * 500..<(round + 1) * 500), to: "input")
            if round % 2 == 0 { try await eventually("some rows are there") { try database.rows().count > round * 500 } }
            // A crash ends what goes to the database too, which what is copied while it runs on would not.
            if how == .crash || how == .crashWithoutState { between.refuse(true) }
            depot = try await depot.interrupted(how)
            between.refuse(false)
        }
        try await depot.settled()
        try expect(database, 0..<2_000)
        await depot.stop()
    }

    @Test func `commits whose answers are lost are written once`() async throws {
        let database = try SampleDatabase()
        let between = Interposer(before: try #require(database.server.port))
        defer { between.stop() }
        let depot = try await depot(database.pool(through: between))
        for round in 0..<10 {
            between.cut(after: "COMMIT")
            try depot.publish(samples(round * 100..<(round + 1) * 100), to: "input")
            try await eventually("an answer was lost") { between.cuts > round }
        }
        try await depot.settled()
        try expect(database, 0..<1_000)
        await depot.stop()
    }

    @Test func `a database that is killed under load loses nothing and doubles nothing`() async throws {
        let server = try PostgresServer()
        guard server.port != nil else { return }
        let database = try SampleDatabase(on: server)
        let depot = try await depot(database.pool())
        for round in 0..<4 {
            try depot.publish(samples(round * 2_000..<(round * 2_000 + 1_000)), to: "input")
            try await eventually("some rows are there") { try database.rows().count > round * 2_000 }
            try server.kill()
            try depot.publish(samples(round * 2_000 + 1_000..<(round + 1) * 2_000), to: "input")
            try await eventually("the job waits") { try await depot.isWaiting }
            try server.start()
        }
        try await depot.settled()
        try expect(database, 0..<8_000)
        await depot.stop()
    }

    @Test func `rows that the database refuses become dead letters with its code, and the others are written`() async throws {
        let database = try SampleDatabase()
        let depot = try await depot(database.pool())
        let bad = [-5, -6, -7].map { Sample("k\(-$0)", $0, at: 0).record }
        try depot.publish(samples(0..<300) + bad + samples(300..<600), to: "input")
        try await depot.settled()
        try expect(database, 0..<600)
        let letters = try depot.records(of: "input.dlq")
        #expect(try letters.map { try Sample(text: $0.text).number }.sorted() == [-7, -6, -5])
        for letter in letters {
            let reason = String(decoding: letter.headers["dlq.reason"]?.value ?? [], as: UTF8.self)
            #expect(reason.hasSuffix("(23514)"), "\(reason)")
        }
        await depot.stop()
    }

    @Test func `a database in the place of another gets everything from the start`() async throws {
        let database = try SampleDatabase()
        let depot = try await depot(database.pool())
        try depot.publish(samples(0..<200), to: "input")
        try await depot.settled()
        _ = try database.server.psql("DROP TABLE samples, _linehaul_offsets, _linehaul_migrations", on: database.uri)
        try depot.publish(samples(200..<300), to: "input")
        try await eventually("it has all of them again") { try database.rows().count >= 300 }
        try await depot.settled()
        try expect(database, 0..<300)
        await depot.stop()
    }

    @Test func `a table that is not as it was is said, and gone on with once it is`() async throws {
        let database = try SampleDatabase()
        let depot = try await depot(database.pool())
        try depot.publish(samples(0..<100), to: "input")
        try await depot.settled()
        _ = try database.server.psql("ALTER TABLE samples RENAME TO elsewhere", on: database.uri)
        try depot.publish(samples(100..<200), to: "input")
        try await eventually("it is said") { try await depot.lastFailure?.contains("(42") == true }
        _ = try database.server.psql("ALTER TABLE elsewhere RENAME TO samples", on: database.uri)
        try await depot.settled()
        try expect(database, 0..<200)
        await depot.stop()
    }

    @Test(arguments: [
        ("a serialization failure", "40001"), ("a deadlock", "40P01"), ("a lock that is not had", "55P03"), ("a full disk", "53100"),
        ("no memory", "53200"), ("a standby after a failover", "25006"), ("a server that is being stopped", "57P01"),
    ]) func `what passes by itself is waited out, and no row is blamed for it`(what: String, code: String) async throws {
        let database = try SampleDatabase()
        let depot = try await depot(database.pool())
        try depot.publish(samples(0..<100), to: "input")
        try await depot.settled()
        // A sequence is not taken back with the transaction, so this fails three times and then no more.
        _ = try database.server.psql(
            """
            CREATE SEQUENCE tries;
            CREATE FUNCTION stumble() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF nextval('tries') <= 3 THEN RAISE EXCEPTION 'as if by itself' USING ERRCODE = '\(code)'; END IF;
                RETURN NULL;
            END $$;
            CREATE TRIGGER stumble BEFORE INSERT ON samples FOR EACH STATEMENT EXECUTE FUNCTION stumble();
            """, on: database.uri)
        try depot.publish(samples(100..<300), to: "input")
        try await depot.settled()
        try expect(database, 0..<300)
        #expect(try depot.records(of: "input.dlq").isEmpty)
        #expect(try database.server.psql("SELECT last_value > 3 FROM tries", on: database.uri) == "t", "\(what) was not met")
        await depot.stop()
    }
}
