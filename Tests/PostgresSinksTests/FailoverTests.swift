import Dataflow
import PostgresClient
import PostgresSinks
import StreamCore
import StreamTesting
import TestServers
import Testing

/// A standby takes over, without the commits that had not reached it: the database's positions went back with its rows, so they are written
/// again, each once, whether anything new comes to be written or not.
@Suite(.serialized, .enabled(if: PostgresServer.missing == nil, "PostgreSQL is not installed here")) struct FailoverTests {
    private func samples(_ numbers: Range<Int>) -> [Record] { numbers.map { Sample("k\($0 % 17)", $0, at: $0).record } }

    private func depot(_ pool: PostgresPool) async throws -> Depot {
        let job = SketchJob { flow in
            flow.from(Inlet<Sample>("input"), decoding: { SampleDecoder() })
                .written("rows", to: "postgres") { PostgresSinkWriter(pool, SampleTable.schema(), SampleTable()) }
        }
        return try await Depot(job, try JobHarness.bindings(of: job, partitions: Depot.partitions), sinkCheckEvery: .milliseconds(100))
    }

    @Test(arguments: [0, 500]) func `after a failover rows are the log's, those that the standby had not got among them`(
        more: Int
    ) async throws {
        let primary = try PostgresServer()
        guard let port = primary.port else { return }
        let database = try SampleDatabase(on: primary)
        let standby = try PostgresServer(following: primary)
        let other = try #require(standby.port)
        let either = database.uri.replacing(":\(port)/", with: ":\(port),127.0.0.1:\(other)/") + "?target_session_attrs=read-write"
        let copy = database.uri.replacing(":\(port)/", with: ":\(other)/")
        let depot = try await depot(database.pool(reaching: either))
        try depot.publish(samples(0..<1_000), to: "input")
        try await depot.settled()
        try await eventually("the standby has them") { try database.rows(at: copy).count == 1_000 }
        try standby.shutDown()
        try depot.publish(samples(1_000..<2_000), to: "input")
        try await depot.settled()
        #expect(try database.rows().count == 2_000)

        try primary.kill()
        try depot.publish(samples(2_000..<2_000 + more), to: "input")
        try await eventually("the job waits") { try await depot.isWaiting }
        try standby.start()
        try standby.promote()
        try await eventually("it goes on with the other") { try database.rows(at: copy).count >= 2_000 + more }
        try await depot.settled()
        #expect(try database.rows(at: copy).map(\.number).sorted() == Array(0..<2_000 + more))
        #expect(try depot.records(of: "input.dlq").isEmpty)
        await depot.stop()
    }

    @Test func `a database that was put back to a backup gets what it lacks, though nothing new comes`() async throws {
        let database = try SampleDatabase()
        let depot = try await depot(database.pool())
        try depot.publish(samples(0..<300), to: "input")
        try await depot.settled()
        _ = try database.server.psql("DROP TABLE samples, _linehaul_offsets, _linehaul_migrations", on: database.uri)
        try await eventually("it has all of them again") { try database.rows().count >= 300 }
        try await depot.settled()
        #expect(try database.rows().map(\.number).sorted() == Array(0..<300))
        await depot.stop()
    }
}
