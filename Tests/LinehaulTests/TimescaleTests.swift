import Foundation
import StreamCore
import StreamTesting
import TestServers
import Testing
import Wire

/// The program with a real database of what is measured over time behind it, killed where it hurts most: rows equal the log.
@Suite(.serialized, .enabled(if: PostgresServer.missing == nil, "PostgreSQL is not installed here")) struct TimescaleTests {
    private let server: PostgresServer
    private let uri: String
    /// A day ago: a fix each second from there is never ahead of the clock.
    private let begun = EventTime(milliseconds: Int64(Date().timeIntervalSince1970) * 1_000 - 86_400_000)

    init() throws {
        server = try PostgresServer.shared()
        uri = try server.database()
    }

    /// Fixes of twenty vehicles, no two of one instant.
    private func fixes(_ numbers: Range<Int>) -> String {
        numbers.map { number in
            let vehicle = "0190f3c2-6b7e-7c3a-8d1e-\(100_000_000_000 + number % 20)"
            let event = "0190f3c2-6b7e-7c3a-8d1e-\(200_000_000_000 + number)"
            let at = begun.advanced(by: EventTime.Span(.seconds(number))).rfc3339
            return """
                {"key":"\(vehicle)","value":{"event_id":"\(event)","event_type":"VEHICLE_LOCATION_UPDATED","version":"1.0",\
                "timestamp":"\(at)","source":"test","entity_type":"VEHICLE","entity_id":"\(vehicle)","severity":"INFO","metadata":{},\
                "data":{"vehicle_id":"\(vehicle)","location":{"latitude":41.5,"longitude":-87.5},"speed":\(number)}}}
                """
        }.joined(separator: "\n")
    }

    private func table(_ sql: String) throws -> [String] {
        guard try server.psql("SELECT to_regclass('vehicle_tracking') IS NOT NULL", on: uri) == "t" else { return [] }
        return try server.psql(sql, on: uri).split(separator: "\n").map(String.init)
    }

    @Test func `positions and what is counted of them equal the log, wherever the process is killed under load`() async throws {
        let lives = try Lives(["LINEHAUL_TIMESCALE": uri])
        var count = 0
        func publish(to system: RunningProcess) throws {
            _ = try system.command("publish", "tms.vehicles.tracking", "--format", "records", input: fixes(count..<count + 100))
            count += 100
        }
        try await lives.endEverywhere(publishing: publish)
        let last = try lives.last()
        try publish(to: last)
        let log = try last.records(of: "tms.vehicles.tracking").compactMap { $0["value"]?["data"]?["speed"]?.integer }.sorted()
        #expect(log.count >= 100 && Set(log).count == log.count)
        // A row that is written twice is there once by its key; that it was is seen in the counts.
        try await eventually("everything is written") { try table("SELECT 1 FROM vehicle_tracking").count >= log.count }
        #expect(try table("SELECT speed::bigint FROM vehicle_tracking ORDER BY 1") == log.map(String.init))
        #expect(
            try table("SELECT sum(events) FROM event_counts WHERE event_type = 'VEHICLE_LOCATION_UPDATED'") == ["\(log.count)"])
        #expect(last.end(SIGTERM) == 0)
    }
}
