internal import ChangeCapture
internal import PostgresClient
internal import StreamCore
internal import StreamTesting
internal import Testing
internal import TestServers

/// Transactions that the server sends while they run are what they would have been after their commit.
@Suite(.enabled(if: PostgresServer.missing == nil), .serialized) struct LargeTransactionTests {
    /// A server whose memory for a transaction is soon used up.
    private static let tables = """
        DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET logical_decoding_work_mem = ''64kB''', current_database()); END $$;
        CREATE TABLE accounts (id int PRIMARY KEY, v int NOT NULL, t text);
        CREATE TABLE moods (id int PRIMARY KEY, v text);
        INSERT INTO accounts SELECT i, i, repeat('x', i % 50) FROM generate_series(1, 2000) i
        """

    /// A large transaction with parts that are rolled back, one of which is the first to touch a table, and with another that commits amid
    /// it; one that is rolled back as a whole; and a change of a table in a large one.
    private func change(_ captured: Captured) throws {
        let session = try PostgresSession(PostgresSettings(Secret(captured.uri)))
        try session.run("BEGIN; UPDATE accounts SET v = v + 1; SAVEPOINT a")
        try session.run(
            "INSERT INTO moods SELECT i, 'undone' FROM generate_series(1, 3000) i; SAVEPOINT b; DELETE FROM accounts WHERE id > 5")
        try captured.run("INSERT INTO accounts VALUES (9001, 1, 'amid')")
        try session.run("ROLLBACK TO SAVEPOINT a; SAVEPOINT c; INSERT INTO moods SELECT i, 'kept' FROM generate_series(1, 2000) i")
        try session.run(
            "RELEASE SAVEPOINT c; UPDATE accounts SET id = id + 10000 WHERE id <= 20; DELETE FROM accounts WHERE id = 30; COMMIT")
        try session.run(
            "BEGIN; UPDATE accounts SET v = -1; INSERT INTO moods SELECT i, 'never' FROM generate_series(5000, 9000) i; ROLLBACK")
        try session.run(
            "BEGIN; UPDATE moods SET v = v || '!'; ALTER TABLE moods ADD COLUMN w int DEFAULT 7; UPDATE moods SET w = id; COMMIT")
        try captured.run(
            "INSERT INTO accounts VALUES (9002, 2, 'last'); DELETE FROM moods WHERE id = 1; INSERT INTO moods VALUES (1, 'new', 3)")
    }

    private func records(streamed: Bool) async throws -> [String: [PlainRecord]] {
        let captured = try Captured(
            ["accounts", "moods"], after: Self.tables, settings: ["stream-large": "\(streamed)", "transactions": "true"])
        let depot = try await captured.depot()
        try await eventually("the table has been read", within: .seconds(60)) { try depot.records(of: "accounts").count == 2_000 }
        // The tables have been read once the stream goes on.
        try captured.run("INSERT INTO accounts VALUES (9000, 1, 'first')")
        try await eventually("the stream has begun", within: .seconds(60)) { try depot.records(of: "accounts").count == 2_001 }
        try change(captured)
        try await eventually("the last transaction is there, with its end", within: .seconds(60)) {
            let marks = try depot.texts(of: "transactions")
            return try depot.texts(of: "moods").contains { $0.contains(#""v":"new","w":3"#) }
                && marks.filter { $0.contains("BEGIN") }.count == marks.filter { $0.contains("END") }.count
        }
        var found: [String: [PlainRecord]] = [:]
        for outlet in ["accounts", "moods"] { found[outlet] = try depot.records(of: outlet).map { PlainRecord($0) } }
        // Without their numbers transactions have no order.
        found["transactions"] = try depot.records(of: "transactions").map { PlainRecord($0) }.sorted { $0.value ?? "" < $1.value ?? "" }
        await depot.stop()
        if streamed {
            try await eventually("the server counts what it has streamed", within: .seconds(60)) {
                let counted = try captured.server.psql(
                    "SELECT stream_txns FROM pg_stat_replication_slots WHERE slot_name = '\(captured.slot)'", on: captured.uri)
                return (Int(counted) ?? 0) >= 3
            }
        }
        try captured.drop()
        return found
    }

    @Test func `records and their order are those of transactions that come after their commit`() async throws {
        let (streamed, whole) = (try await records(streamed: true), try await records(streamed: false))
        for (outlet, expected) in whole {
            let ours = try #require(streamed[outlet])
            #expect(ours.count == expected.count, "\(outlet)")
            let first = zip(ours, expected).first { $0 != $1 }
            #expect(first == nil, "\(outlet): \(first.map { "\($0)" } ?? "")")
        }
        #expect(whole["moods"]?.contains { $0.value?.contains("undone") == true || $0.value?.contains("never") == true } == false)
    }

    @Test(arguments: Depot.Interruption.allCases)
    func `what is interrupted in the midst of one goes on where it was`(_ how: Depot.Interruption) async throws {
        let captured = try Captured(["accounts", "moods"], after: Self.tables)
        var depot = try await captured.depot()
        try await eventually("the table has been read", within: .seconds(60)) { try depot.records(of: "accounts").count == 2_000 }
        try captured.run(
            "BEGIN; UPDATE accounts SET v = v + 1; INSERT INTO moods SELECT i, repeat('x', 400) FROM generate_series(1, 20000) i; COMMIT")
        // Wherever it is in the transaction by then.
        try await eventually("some of it is there", within: .seconds(60)) { try depot.records(of: "accounts").count > 2_000 }
        captured.between?.refuse(true)
        depot = try await depot.interrupted(how)
        captured.between?.refuse(false)
        try await eventually("all of it is there, once", within: .seconds(120)) { try depot.records(of: "moods").count >= 20_000 }
        #expect(try Set(depot.records(of: "moods").map { $0.key }).count == 20_000)
        #expect(try depot.records(of: "moods").count == 20_000 && depot.records(of: "accounts").count == 4_000)
        await depot.stop()
        try captured.drop()
    }
}
