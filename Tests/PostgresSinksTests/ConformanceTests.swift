import PostgresClient
import PostgresSinks
import SinkConformance
import StreamCore
import StreamTesting
import TestServers
import Testing

@Suite(.enabled(if: PostgresServer.missing == nil, "PostgreSQL is not installed here")) struct ConformanceTests {
    @Test(arguments: SinkConformance.cases) func `PostgreSQL is a sink`(sentence: String) throws {
        try SinkConformance.run(sentence, on: PostgresFixture())
    }
}

/// A table of its own on the shared server, reached through what can cut connections.
private final class PostgresFixture: SinkFixture {
    private let database: SampleDatabase
    private let between: Interposer
    private let pool: PostgresPool

    init() throws {
        database = try SampleDatabase()
        between = Interposer(before: try PostgresServer.shared().port ?? 5432)
        pool = database.pool(through: between)
    }

    deinit { between.stop() }

    func makeWriter() -> PostgresSinkWriter<SampleTable> { PostgresSinkWriter(pool, SampleTable.schema(), SampleTable()) }
    func row(_ number: Int) -> Sample { Sample("k\(number)", number, at: 0) }
    func refusedRow(_ number: Int) -> Sample? { Sample("bad", -abs(number), at: 0) }
    func numbers() throws -> [Int] { try database.rows().map(\.number) }

    func loseNextAnswer() -> Bool {
        between.cut(after: "COMMIT")
        return true
    }

    func beAway(_ isAway: Bool) -> Bool {
        between.refuse(isAway)
        return true
    }
}
