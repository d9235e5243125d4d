import Foundation
import PostgresClient
import StreamCore
import StreamTesting
import Testing

@testable import TimescaleSink

/// Where a TimescaleDB runs.
private enum Elsewhere {
    static let server = ProcessInfo.processInfo.environment["LINEHAUL_TEST_TIMESCALE"].flatMap { $0.isEmpty ? nil : $0 }
}

/// The tables over time on a TimescaleDB that runs elsewhere: `LINEHAUL_TEST_TIMESCALE` is the URI of one in which databases may be made.
@Suite(.enabled(if: Elsewhere.server != nil, "LINEHAUL_TEST_TIMESCALE names no TimescaleDB")) struct HypertableTests {
    /// A bed on a database of its own.
    private static func bed() async throws -> SeriesBed {
        let server = try #require(Elsewhere.server)
        let name = "series_\(UUID().uuidString.prefix(8).lowercased())"
        try PostgresSession(PostgresSettings(Secret(server))).run("CREATE DATABASE \(name)")
        var parts = try #require(URLComponents(string: server))
        parts.path = "/\(name)"
        return try await SeriesBed(try #require(parts.string))
    }

    @Test func `a TimescaleDB is found out, and rows stand there once`() async throws {
        let bed = try await Self.bed()
        try bed.depot.publish([bed.fix(0), bed.fix(1), bed.fix(0), bed.fix(7 * 24 * 60)], to: "tracking")
        try await bed.depot.settled()
        #expect(bed.database.kind == .timescale)
        #expect(
            try bed.table("SELECT speed, time FROM vehicle_tracking ORDER BY time")
                == [["0", "2030-01-04 08:00:00+00"], ["1", "2030-01-04 08:01:00+00"], ["10080", "2030-01-11 08:00:00+00"]])
        #expect(try bed.table("SELECT fixes, max_speed FROM daily_vehicle_utilization ORDER BY bucket") == [["2", "1"], ["1", "10080"]])
        let hypertables = "SELECT count(*) FROM timescaledb_information.hypertables WHERE compression_enabled"
        #expect(try bed.table(hypertables) == [["\(SeriesSchema.tables.count)"]])
        await bed.depot.stop()
    }

    @Test func `how long rows are kept, and when they are compressed, is the database's to do`() async throws {
        let bed = try await Self.bed()
        try await bed.depot.settled()
        try bed.database.ensure([("event_stream", .seconds(90 * 86_400))])
        let kept = """
            SELECT config ->> 'drop_after' FROM timescaledb_information.jobs
            WHERE proc_name = 'policy_retention' AND hypertable_name = 'event_stream'
            """
        #expect(try bed.table(kept) == [["2160:00:00"]])
        let compressing = "SELECT count(*) FROM timescaledb_information.jobs WHERE proc_name LIKE 'policy_compression%'"
        #expect(try bed.table(compressing) == [["\(SeriesSchema.tables.count)"]])
        await bed.depot.stop()
    }

    @Test func `a replay writes nothing twice, into compressed weeks neither`() async throws {
        let bed = try await Self.bed()
        let fixes = [bed.fix(0), bed.fix(1)]
        try bed.depot.publish(fixes, to: "tracking")
        try await bed.depot.settled()
        try bed.session.run("SELECT compress_chunk(c) FROM show_chunks('vehicle_tracking') AS c")
        try bed.depot.publish(fixes + [bed.fix(2)], to: "tracking")
        try await bed.depot.settled()
        #expect(try bed.table("SELECT speed FROM vehicle_tracking ORDER BY time") == [["0"], ["1"], ["2"]])
        await bed.depot.stop()
    }
}
