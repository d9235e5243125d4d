import Foundation
import Neo4jClient
import StreamCore
import StreamTesting
import TestServers
import Testing
import Wire

/// The program with a real graph behind it, killed where it hurts most: relations equal the log.
@Suite(.serialized, .enabled(if: Neo4jServer.ownMissing == nil, "no Neo4j of its own can be had here")) struct Neo4jTests {
    private let server: Neo4jServer
    private let client: Neo4jClient

    init() throws {
        server = try Neo4jServer()
        client = Neo4jClient(Neo4jSettings(server.url))
    }

    /// Segments that come again and again, each time between other places and longer than before.
    private func segments(_ numbers: Range<Int>) -> String {
        numbers.map { number in
            """
            {"id":"S\(number % 97)","from":"A\(number % 7)","to":"B\(number % 5)","distance_miles":\(number + 1),"duration_minutes":9}
            """
        }.joined(separator: "\n")
    }

    /// Deviations, each an episode of its own.
    private func deviations(_ numbers: Range<Int>) -> String {
        let at = EventTime(milliseconds: Int64(Date().timeIntervalSince1970) * 1_000).rfc3339
        return numbers.map { number in
            let route = "0190f3c2-6b7e-7c3a-8d1e-\(100_000_000_000 + number % 50)"
            return """
                {"key":"\(route)","value":{"event_type":"ROUTE_DEVIATION","timestamp":"\(at)","data":{"deviation_id":"d\(number)",\
                "state":"STARTED","vehicle_id":"v\(number % 20)","route_id":"\(route)","since":"\(at)","distance_off_miles":\(number)}}}
                """
        }.joined(separator: "\n")
    }

    /// The relations that the log says there are: each segment as it was said last, each deviation once.
    private func told(by system: RunningProcess) throws -> [String] {
        var last: [String: String] = [:]
        for record in try system.records(of: "tms.network") {
            guard let value = record["value"], let id = value["id"]?.string, let from = value["from"]?.string else { continue }
            last[id] = "\(id) \(from) \(value["to"]?.string ?? "") \(value["distance_miles"]?.number ?? -1)"
        }
        for record in try system.records(of: "tms.routes") {
            guard let said = record["value"]?["data"], let id = said["deviation_id"]?.string else { continue }
            last[id] =
                "\(id) \(said["vehicle_id"]?.string ?? "") \(said["route_id"]?.string ?? "") \(said["distance_off_miles"]?.number ?? -1)"
        }
        return last.values.sorted()
    }

    private func relations() throws -> [String] {
        try client.run([
            Neo4jStatement("MATCH (a)-[s:ROUTE_SEGMENT]->(b) RETURN s.id, a.id, b.id, s.distance"),
            Neo4jStatement("MATCH (v)-[d:DEVIATED]->(r) RETURN d.deviation_id, v.id, r.id, d.distance_off_miles"),
        ]).joined().map { row in "\(row[0].string ?? "") \(row[1].string ?? "") \(row[2].string ?? "") \(row[3].number ?? -1)" }.sorted()
    }

    @Test func `relations equal the log, wherever the process is killed under load`() async throws {
        let lives = try Lives(["LINEHAUL_NEO4J": server.url])
        var count = 0
        func publish(to system: RunningProcess) throws {
            _ = try system.command("publish", "tms.network", input: segments(count..<count + 50))
            _ = try system.command("publish", "tms.routes", "--format", "records", input: deviations(count..<count + 50))
            count += 50
        }
        try await lives.endEverywhere(publishing: publish)
        let last = try lives.last()
        try publish(to: last)
        let told = try told(by: last)
        #expect(told.count > 97 + 50)
        // One that came too often stays, and one that is old is not made anew: what is equal once is equal for good.
        try await eventually("the graph is at what the log says") { try relations() == told }
        #expect(last.end(SIGTERM) == 0)
    }
}
