import PostgresClient
import PostgresSinks
import StreamCore
import TestServers
import Testing

@testable import PostgresSink

@Suite(.enabled(if: PostgresServer.missing == nil, "PostgreSQL is not installed here")) struct CountTests {
    private let session: PostgresSession

    init() throws {
        session = try PostgresSession(PostgresSettings(Secret(try PostgresServer.shared().database())))
        try PostgresSink.schema.ensure(in: session)
    }

    private func counts() throws -> [String] {
        let found = try session.query(
            "SELECT status, sum(entities) FROM entity_counts WHERE collection = 'carriers' GROUP BY 1 HAVING sum(entities) <> 0 ORDER BY 1")
        return (0..<found.count).map { "\(found.text($0, 0) ?? "") \(found.text($0, 1) ?? "")" }
    }

    private func insert(_ numbers: ClosedRange<Int>, _ status: String) throws {
        try session.run(
            """
            INSERT INTO carriers (id, name, status, document, created_at, updated_at, version)
            SELECT lpad(n::text, 32, '0')::uuid, 'c', '\(status)', '{}', now(), now(), 1
            FROM generate_series(\(numbers.lowerBound), \(numbers.upperBound)) AS n
            ON CONFLICT (id) DO UPDATE SET status = excluded.status
            """)
    }

    @Test func `how many have a status follows every statement, of whoever makes it`() throws {
        try insert(1...5, "ACTIVE")
        #expect(try counts() == ["ACTIVE 5"])
        // Some are new, some change, and some of these are as they were.
        try insert(4...7, "INACTIVE")
        try insert(7...8, "INACTIVE")
        #expect(try counts() == ["ACTIVE 3", "INACTIVE 5"])
        try session.run("UPDATE carriers SET name = 'other'")
        try session.run("DELETE FROM carriers WHERE status = 'INACTIVE' AND id < lpad('6', 32, '0')::uuid")
        #expect(try counts() == ["ACTIVE 3", "INACTIVE 3"])
        try session.run("BEGIN; DELETE FROM carriers; ROLLBACK")
        #expect(try counts() == ["ACTIVE 3", "INACTIVE 3"])
        try session.run("TRUNCATE carriers")
        #expect(try counts() == [])
    }

    @Test func `a database that was filled before is counted when the counts come`() throws {
        let uri = try PostgresServer.shared().database()
        let session = try PostgresSession(PostgresSettings(Secret(uri)))
        try PostgresSchema(of: "linehaul", Array(Tables.migrations.dropLast())).ensure(in: session)
        try session.run(
            """
            INSERT INTO carriers (id, name, status, document, created_at, updated_at, version)
            SELECT gen_random_uuid(), 'c', 'ACTIVE', '{}', now(), now(), 1 FROM generate_series(1, 3)
            """)
        try PostgresSink.schema.ensure(in: session)
        #expect(try session.query("SELECT entities FROM entity_counts WHERE collection = 'carriers'").integer(0, 0) == 3)
    }
}
