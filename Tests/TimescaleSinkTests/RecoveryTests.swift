import PostgresClient
import StreamCore
import StreamTesting
import TestServers
import Testing

/// The recovery law for what is measured over time. A row that is written twice is there once by its key; but each is also counted in
/// `event_counts`, which would show it.
@Suite(.serialized, .enabled(if: PostgresServer.missing == nil, "PostgreSQL is not installed here")) struct RecoveryTests {
    private static let counted =
        "SELECT (SELECT count(*) FROM vehicle_tracking), coalesce((SELECT sum(events) FROM event_counts), 0)::bigint"

    @Test(arguments: Depot.Interruption.allCases) func `positions are the log's after any interruption, answers lost among them`(
        how: Depot.Interruption
    ) async throws {
        let server = try PostgresServer.shared()
        let port = try #require(server.port)
        let between = Interposer(before: port)
        defer { between.stop() }
        let uri = try server.database()
        var bed = try await SeriesBed(uri, reached: uri.replacing(":\(port)/", with: ":\(between.port)/"))
        for round in 0..<4 {
            if round % 2 == 1 { between.cut(after: "COMMIT") }
            try bed.depot.publish((round * 300..<(round + 1) * 300).map(bed.fix), to: "tracking")
            if round % 2 == 0 { try await bed.depot.settled() }
            if how == .crash || how == .crashWithoutState { between.refuse(true) }
            bed.depot = try await bed.depot.interrupted(how)
            between.refuse(false)
        }
        try await bed.depot.settled()
        #expect(try bed.table(Self.counted) == [["1200", "1200"]])
        await bed.depot.stop()
    }

    @Test func `a database that is killed under load loses nothing and doubles nothing`() async throws {
        let server = try PostgresServer()
        guard server.port != nil else { return }
        let uri = try server.database()
        let bed = try await SeriesBed(uri)
        try await bed.depot.settled()
        for round in 0..<3 {
            try bed.depot.publish((round * 1_000..<(round * 1_000 + 500)).map(bed.fix), to: "tracking")
            try server.kill()
            try bed.depot.publish((round * 1_000 + 500..<(round + 1) * 1_000).map(bed.fix), to: "tracking")
            try await eventually("the job waits") { try await bed.depot.isWaiting }
            try server.start()
            try await bed.depot.settled()
        }
        let session = try PostgresSession(PostgresSettings(Secret(uri)))
        let found = try session.query(Self.counted)
        #expect(found.text(0, 0) == "3000" && found.text(0, 1) == "3000")
        await bed.depot.stop()
    }
}
