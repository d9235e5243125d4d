import Foundation
import HTTPClient
import StreamCore
import StreamTesting
import TestServers
import Testing
import Wire

/// The whole program over a real PostgreSQL: what is changed there comes to its owner, and what is written there from here does not.
@Suite(.serialized, .enabled(if: PostgresServer.missing == nil, "PostgreSQL is not installed here")) struct ChangesInSQLTests {
    private let server: PostgresServer
    private let uri: String
    private let session = HTTPSession()

    init() throws {
        server = try PostgresServer.shared()
        uri = try server.database(with: ["postgis"])
    }

    private func psql(_ sql: String) throws -> String { try server.psql(sql, on: uri) }

    private func launched(_ scratch: Scratch, _ slot: String) throws -> RunningProcess {
        let folder = try scratch.topology(replacing: "slot: tms_pg_cdc", with: "slot: \(slot)", in: "tms-pg-cdc.yaml")
        return try RunningProcess(scratch, [folder], environment: ["LINEHAUL_POSTGRES": uri])
    }

    private func release(_ slot: String) throws {
        _ = try psql("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '\(slot)'")
    }

    private func post(_ system: RunningProcess, _ path: String, _ body: String, by user: String = "u") throws -> JSON {
        let response = try session.send(
            HTTPClientRequest(
                "POST", "\(system.url)/api/\(path)", headers: [("Content-Type", "application/json"), ("X-User-Id", user)],
                body: Array(body.utf8)))
        #expect(response.status == 201)
        return try JSON(parsing: response.body)
    }

    private func values(_ system: RunningProcess, _ topic: String) throws -> [JSON] {
        try system.command("tail", topic, "--from", "earliest", "--no-follow", "--json").lines.compactMap { $0["value"] }
    }

    @Test func `two calls of one user come as rows of the audit table to an alert, and leave as many rows as calls`() async throws {
        let scratch = try Scratch()
        let system = try launched(scratch, "alerting")
        try await eventually("changes are captured", within: .seconds(60)) {
            try system.command("cdc", "--json").json["condition"] == "STREAMING"
        }
        let inlets = try system.command("jobs", "show", "audit-anomaly", "--json").output
        #expect(inlets.contains("tms.cdc.audit_logs") && !inlets.contains(#""tms.audit""#))
        for name in ["North", "South"] { _ = try post(system, "carriers", #"{"name":"\#(name)"}"#, by: "hasty") }
        try await eventually("it is told", within: .seconds(30)) {
            try values(system, "tms.anomalies").contains { $0["data"]?["user_id"] == "hasty" && $0["data"]?["count"] == 2 }
        }
        // One call more goes all the way round: what would come of a loop has come by then.
        _ = try post(system, "carriers", #"{"name":"East"}"#, by: "calm")
        try await eventually("the last call is captured, and was written back", within: .seconds(30)) {
            let job = try system.command("jobs", "show", "postgres-sink", "--json").json
            let seen = (job["stages"]?.array ?? []).first { $0["id"] == "seen" }?["tasks"]?.array ?? []
            return try values(system, "tms.cdc.audit_logs").contains { $0["after"]?["user_id"] == "calm" }
                && seen.reduce(0) { $0 + ($1["target"]?["rows_written"]?.integer ?? 0) } >= 3 && seen.allSatisfy { $0["lag"] == 0 }
        }
        let rows = try psql("SELECT count(*) FROM audit_logs WHERE user_id IN ('hasty', 'calm')")
        #expect(rows == "3")
        #expect(try values(system, "tms.cdc.audit_logs").filter { ["hasty", "calm"].contains($0["after"]?["user_id"]?.string) }.count == 3)
        #expect(system.end(SIGTERM) == 0)
        try release("alerting")
    }

    @Test func `what is changed of a route in SQL comes to its owner, and what is refused is put back`() async throws {
        let scratch = try Scratch()
        let system = try launched(scratch, "routing")
        try await eventually("changes are captured", within: .seconds(60)) {
            try system.command("cdc", "--json").json["condition"] == "STREAMING"
        }
        let route = "0a000000-0000-4000-8000-000000000007"
        func row(_ what: String) throws -> String { try psql("SELECT \(what) FROM routes WHERE id = '\(route)'") }
        _ = try psql(
            """
            INSERT INTO routes (id, status, strategy, origin, destination, cost, geometry, version, document, created_at, updated_at)
            VALUES ('\(route)', 'PLANNED', 'TIME', '"LOC_HOUSTON"', '"LOC_DALLAS"', 12.50, 'LINESTRING(-95.5 29.5, -96.25 30)', 1, '{}',
                now(), now())
            """)
        try await eventually("its owner has it", within: .seconds(60)) {
            try row("(document ->> 'origin') || (document ->> 'cost')") == "LOC_HOUSTON12.50"
        }
        _ = try psql("UPDATE routes SET cost = 13.75, destination = '\"LOC_CHICAGO\"' WHERE id = '\(route)'")
        try await eventually("its owner has the change", within: .seconds(60)) {
            try row("(document ->> 'destination') || (document ->> 'cost') || version") == "LOC_CHICAGO13.752"
        }
        _ = try psql("UPDATE routes SET status = 'COMPLETED' WHERE id = '\(route)'")
        try await eventually("a status that follows the load's is put back", within: .seconds(60)) {
            try system.command("dlq", "show", "tms.commands", "--json").lines.count == 1 && row("status") == "PLANNED"
        }
        _ = try psql("DELETE FROM routes WHERE id = '\(route)'")
        try await eventually("a route that is deleted is put back", within: .seconds(60)) {
            try system.command("dlq", "show", "tms.commands", "--json").lines.count == 2 && row("status::text || version") == "PLANNED2"
        }
        #expect(system.end(SIGTERM) == 0)
        try release("routing")
    }

    @Test func `what is changed in SQL comes to its owner, what is refused is put back, and nothing echoes`() async throws {
        let scratch = try Scratch()
        let system = try launched(scratch, "echoing")
        try await eventually("changes are captured", within: .seconds(60)) {
            try system.command("cdc", "--json").json["condition"] == "STREAMING"
        }
        let carrier = try #require(try post(system, "carriers", #"{"name":"North"}"#)["id"]?.string)
        let truck = try #require(
            try post(system, "vehicles", #"{"carrier_id":"\#(carrier)","vehicle_number":"V-1","vehicle_type":"TRUCK"}"#)["id"]?.string)
        func row(_ what: String, _ table: String, _ id: String) throws -> String {
            try psql("SELECT \(what) FROM \(table) WHERE id = '\(id)'")
        }
        try await eventually("the rows are there") {
            try row("count(*)", "vehicles", truck) == "1" && row("count(*)", "carriers", carrier) == "1"
        }

        _ = try psql("UPDATE carriers SET name = 'South' WHERE id = '\(carrier)'")
        try await eventually("its owner has it, and the row is its snapshot again", within: .seconds(30)) {
            try row("name || version || (document ->> 'name')", "carriers", carrier) == "South2South"
        }
        _ = try psql("UPDATE vehicles SET current_location = ST_SetSRID(ST_MakePoint(-95.5, 29.5), 4326), speed = 40 WHERE id = '\(truck)'")
        try await eventually("where it is is known") {
            let at = try session.send(HTTPClientRequest("GET", "\(system.url)/api/vehicles/\(truck)"))
            return try JSON(parsing: at.body)["current_location"]?["latitude"]?.number == 29.5
        }
        _ = try psql("DELETE FROM carriers WHERE id = '\(carrier)'")
        try await eventually("a carrier with a truck is put back", within: .seconds(30)) { try row("name", "carriers", carrier) == "South" }
        _ = try psql("UPDATE carriers SET version = 99 WHERE id = '\(carrier)'")
        try await eventually("what nobody may change is put back", within: .seconds(30)) { try row("version", "carriers", carrier) == "2" }
        let stranger = "0a000000-0000-4000-8000-000000000009"
        _ = try psql(
            """
            INSERT INTO vehicles (id, carrier_id, vehicle_number, vehicle_type, status, version, document, created_at, updated_at)
            VALUES ('\(stranger)', '\(carrier)', 'V-1', 'TRUCK', 'AVAILABLE', 1, '{}', now(), now())
            """)
        try await eventually("a truck whose number is taken is gone", within: .seconds(30)) {
            try row("count(*)", "vehicles", stranger) == "0"
        }

        // A change more, and when its own writing has been captured, nothing of ours has come back as a command.
        _ = try psql("UPDATE carriers SET name = 'East' WHERE id = '\(carrier)'")
        try await eventually("the last is captured as our own", within: .seconds(30)) {
            try values(system, "tms.cdc.carriers").contains { $0["after"]?["name"] == "East" && $0["after"]?["version"] == 3 }
        }
        let commands = try values(system, "tms.commands").filter { $0["source"] == "cdc" }.map { $0["type"]?.string ?? "" }
        #expect(commands.sorted() == ["CREATE", "DELETE", "LOCATION", "UPDATE", "UPDATE", "UPDATE"])
        let letters = try system.command("dlq", "show", "tms.commands", "--json").lines
        #expect(letters.count == 2)
        #expect(system.end(SIGTERM) == 0)
        try release("echoing")
    }
}
