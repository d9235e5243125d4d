import PostgresClient
import StreamCore
import TestServers
import Testing

@Suite(.enabled(if: PostgresServer.missing == nil, "PostgreSQL is not installed here")) struct PoolTests {
    private static let clock: @Sendable () -> EventTime = { EventTime(microseconds: 0) }

    @Test func `sessions are lent again, and no more of them than the limit`() throws {
        let pool = PostgresPool(
            PostgresSettings(Secret(try PostgresServer.shared().database())), limit: 1, patience: .milliseconds(20), clock: Self.clock)
        let backend = { () throws(PostgresFailure) in
            try pool.with { session throws(PostgresFailure) in try session.query("SELECT pg_backend_pid()").integer(0, 0) }
        }
        let first = try backend()
        #expect(try backend() == first)
        let failure = #expect(throws: PostgresFailure.self) {
            try pool.with { _ throws(PostgresFailure) in try pool.with { _ throws(PostgresFailure) in } }
        }
        #expect(failure?.kind == .timedOut)
        #expect(pool.condition.open == 1)
        #expect(pool.condition.lent == 0)
    }

    @Test func `a session that broke is not lent again, and the pool says why`() throws {
        let pool = PostgresPool(PostgresSettings(Secret(try PostgresServer.shared().database())), limit: 2, clock: Self.clock)
        #expect(throws: PostgresFailure.self) {
            try pool.with { session throws(PostgresFailure) in try session.run("SELECT pg_terminate_backend(pg_backend_pid())") }
        }
        #expect(pool.condition.open == 0)
        #expect(pool.condition.failure?.kind == .unavailable)
        try pool.with { session throws(PostgresFailure) in try session.run("SELECT 1") }
        #expect(pool.condition.failure == nil)
    }

    @Test func `while the server is away callers are refused at once`() {
        let pool = PostgresPool(
            PostgresSettings(Secret("postgresql://u@127.0.0.1:1/x")), limit: 2, breaker: CircuitBreaker(after: 1), clock: Self.clock)
        for _ in 0..<2 {
            let failure = #expect(throws: PostgresFailure.self) { try pool.with { _ throws(PostgresFailure) in } }
            #expect(failure?.kind == .unavailable)
        }
    }
}
