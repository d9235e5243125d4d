internal import ChangeCapture
internal import Foundation
internal import PostgresClient
internal import StreamCore
internal import StreamTesting
internal import Testing
internal import TestServers
internal import Wire

/// A replica rebuilt from the captured changes equals the table, whatever was interrupted meanwhile.
@Suite(.enabled(if: PostgresServer.missing == nil), .serialized) struct ReplicaTests {
    private static let tables = """
        CREATE TABLE accounts (id int PRIMARY KEY, v int NOT NULL, t text);
        INSERT INTO accounts SELECT i, i, repeat('x', i % 50) FROM generate_series(1, 2000) i
        """

    /// Random changes in transactions of random size, some of them rolled back, by one session.
    private static func changes(_ seed: Int) -> String {
        """
        SELECT setseed(0.\(seed));
        DO $$ DECLARE k int; BEGIN
          FOR i IN 1..60 LOOP
            FOR j IN 1..(1 + random() * 5)::int LOOP
              k := 1 + (random() * 2500)::int;
              CASE (random() * 4)::int
                WHEN 0 THEN INSERT INTO accounts VALUES (k, i, 'new') ON CONFLICT (id) DO UPDATE SET v = excluded.v;
                WHEN 1 THEN DELETE FROM accounts WHERE id = k;
                WHEN 2 THEN UPDATE accounts SET id = 100000 + \(seed) * 10000 + i * 10 + j WHERE id = k;
                ELSE UPDATE accounts SET v = v + 1, t = md5(i::text) WHERE id = k;
              END CASE;
            END LOOP;
            IF random() < 0.15 THEN ROLLBACK; ELSE COMMIT; END IF;
          END LOOP;
        END $$
        """
    }

    private func replica(_ depot: Depot) throws -> [String: String] {
        var rows: [String: String] = [:]
        for record in try depot.records(of: "accounts") {
            let key = String(decoding: record.key ?? [], as: UTF8.self)
            guard let value = record.value else { continue }
            let after = try JSON(parsing: String(decoding: value, as: UTF8.self))["after"]
            rows[key] = after?.members == nil ? nil : after?.description
        }
        return rows
    }

    private func table(_ captured: Captured) throws -> [String: String] {
        let rows = try captured.server.psql("SELECT id, v, to_json(t) FROM accounts", on: captured.uri)
        var found: [String: String] = [:]
        for row in rows.split(separator: "\n") {
            let columns = row.split(separator: "|", omittingEmptySubsequences: false)
            found["{\"id\":\(columns[0])}"] = "{\"id\":\(columns[0]),\"v\":\(columns[1]),\"t\":\(columns[2].isEmpty ? "null" : columns[2])}"
        }
        return found
    }

    private func write(_ captured: Captured, _ seeds: Range<Int>) async {
        await withTaskGroup { group in
            for seed in seeds { group.addTask { try? captured.run(Self.changes(seed)) } }
        }
    }

    @Test(arguments: Depot.Interruption.allCases)
    func `a replica equals the table after any interruption`(_ how: Depot.Interruption) async throws {
        let captured = try Captured(["accounts"], after: Self.tables)
        var depot = try await captured.depot()
        for round in 0..<3 {
            async let writing: Void = write(captured, 10 + round * 3..<13 + round * 3)
            try await eventually("something is captured") { try depot.records(of: "accounts").count > round * 100 }
            // What goes on after the disk was copied must not be heard of by the server: a process that is dead tells nobody anything.
            captured.between?.refuse(true)
            depot = try await depot.interrupted(how)
            captured.between?.refuse(false)
            await writing
        }
        try await eventually("the replica equals the table", within: .seconds(60)) { try replica(depot) == table(captured) }
        await depot.stop()
        try captured.drop()
    }

    @Test func `a server that dies and comes back loses nothing`() async throws {
        let server = try PostgresServer()
        let captured = try Captured(["accounts"], after: Self.tables, on: server)
        let depot = try await captured.depot()
        // What is written before is in the table that is read first, and nothing would be left to capture.
        try await eventually("the table has been read", within: .seconds(60)) { try depot.records(of: "accounts").count == 2_000 }
        for round in 0..<3 {
            async let writing: Void = write(captured, 30 + round * 3..<33 + round * 3)
            try await eventually("something is captured", within: .seconds(60)) {
                try depot.records(of: "accounts").count > 2_000 + round * 50
            }
            try server.kill()
            await writing
            try server.start()
        }
        try captured.run("INSERT INTO accounts VALUES (999999, 1, 'last')")
        try await eventually("the replica equals the table", within: .seconds(60)) { try replica(depot) == table(captured) }
        await depot.stop()
        server.stop()
    }

    @Test func `a server that speaks TLS alone is captured from, and one that shows another certificate is not`() async throws {
        let server = try PostgresServer(isSecure: true)
        let captured = try Captured(["accounts"], after: Self.tables, on: server)
        let depot = try await captured.depot()
        try await eventually("the table has been read") { try depot.records(of: "accounts").count == 2_000 }
        try captured.run("UPDATE accounts SET v = 7 WHERE id = 7")
        try await eventually("the change is there") { try replica(depot) == table(captured) }
        let secured = try captured.server.psql(
            "SELECT bool_and(ssl) FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) WHERE a.application_name LIKE 'linehaul test%'",
            on: captured.uri)
        #expect(secured == "t")
        await depot.stop()
        let stranger = PostgresSettings(Secret(captured.uri.replacing("@127.0.0.1", with: "@localhost")))
        #expect(throws: PostgresFailure.self) { try PostgresSession(stranger) }
        server.stop()
    }

    @Test func `a table that does not change keeps no log back`() async throws {
        let captured = try Captured(["accounts"], after: Self.tables + "; CREATE TABLE other (i int)", settings: ["heartbeat": "100ms"])
        let depot = try await captured.depot()
        try await eventually("the table has been read") { try depot.records(of: "accounts").count == 2_000 }
        for _ in 0..<5 { try captured.run("INSERT INTO other SELECT generate_series(1, 10000)") }
        let written = try captured.server.psql("SELECT pg_current_wal_lsn()", on: captured.uri)
        try await eventually("the slot has moved past what nobody captures", within: .seconds(30)) {
            try captured.server.psql(
                "SELECT confirmed_flush_lsn >= '\(written)' FROM pg_replication_slots WHERE database = current_database()", on: captured.uri
            )
                == "t"
        }
        await depot.stop()
        try captured.drop()
    }

    @Test func `a slot that is gone is refused, and the failure says the way out`() async throws {
        let captured = try Captured(["accounts"], after: Self.tables)
        let depot = try await captured.depot()
        try await eventually("the table has been read") { try depot.records(of: "accounts").count == 2_000 }
        try captured.run("UPDATE accounts SET v = 7 WHERE id = 7")
        try await eventually("the change is there") { try depot.records(of: "accounts").count == 2_001 }
        try captured.drop()
        captured.between?.refuse(false)
        try await eventually("it says so", within: .seconds(30)) { try await depot.lastFailure?.contains("have to be read again") == true }
        await depot.stop()
    }

    @Test func `a slot that was made anew is refused`() async throws {
        let captured = try Captured(["accounts"], after: Self.tables)
        let depot = try await captured.depot()
        try await eventually("the table has been read") { try depot.records(of: "accounts").count == 2_000 }
        try captured.run("UPDATE accounts SET v = 7 WHERE id = 7")
        try await eventually("the change is there") { try depot.records(of: "accounts").count == 2_001 }
        try captured.drop()
        try captured.run(
            "UPDATE accounts SET v = 8 WHERE id = 7; SELECT pg_create_logical_replication_slot('\(captured.slot)', 'pgoutput')")
        captured.between?.refuse(false)
        try await eventually("it says so", within: .seconds(30)) { try await depot.lastFailure?.contains("it was made anew") == true }
        #expect(try depot.records(of: "accounts").count == 2_001)
        await depot.stop()
        try captured.drop()
    }

    @Test func `a capture that is told so begins anew where changes are lost`() async throws {
        let captured = try Captured(["accounts"], after: Self.tables, settings: ["when-lost": "read-again"])
        let depot = try await captured.depot()
        try await eventually("the table has been read") { try depot.records(of: "accounts").count == 2_000 }
        try captured.run("UPDATE accounts SET v = 7 WHERE id = 7")
        try await eventually("the change is there") { try depot.records(of: "accounts").count == 2_001 }
        captured.between?.refuse(true)
        try captured.run("INSERT INTO accounts VALUES (5000, 1, 'unseen')")
        try captured.drop()
        captured.between?.refuse(false)
        try await eventually("the table is read again, with what nobody told", within: .seconds(60)) {
            try replica(depot) == table(captured)
        }
        await depot.stop()
        try captured.drop()
    }

    @Test func `tables that are asked for are read again in the midst of changes, whatever happens meanwhile`() async throws {
        let captured = try Captured(["accounts"], after: Self.tables)
        var depot = try await captured.depot()
        try await eventually("the table has been read") { try depot.records(of: "accounts").count == 2_000 }
        let asked = try captured.job.desk(captured.pool).read([])
        #expect(asked.tables == ["public.accounts"])
        async let writing: Void = write(captured, 50..<53)
        captured.between?.refuse(true)
        depot = try await depot.interrupted(.crash)
        captured.between?.refuse(false)
        await writing
        try await eventually("each row was read again, and the replica equals the table", within: .seconds(60)) {
            let reads = try depot.records(of: "accounts").filter { String(decoding: $0.value ?? [], as: UTF8.self).contains(#""op":"r""#) }
            return try reads.count > 3_000 && replica(depot) == table(captured)
        }
        await depot.stop()
        try captured.drop()
    }
}
