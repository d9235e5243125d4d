import Foundation
import HTTPClient
import StreamCore
import StreamTesting
import TestServers
import Testing
import Wire

/// The program with a real database behind it, whose changes it captures: what operators see of it.
@Suite(.serialized, .enabled(if: PostgresServer.missing == nil, "PostgreSQL is not installed here")) struct CaptureTests {
    private let server: PostgresServer
    private let uri: String

    init() throws {
        server = try PostgresServer.shared()
        uri = try server.database(with: ["postgis"])
    }

    private func psql(_ sql: String) throws -> String { try server.psql(sql, on: uri) }

    /// The shipped folder, with a slot of this test's own: slots belong to the whole server.
    private func launched(_ scratch: Scratch, _ slot: String) throws -> RunningProcess {
        let folder = try scratch.topology(replacing: "slot: tms_pg_cdc", with: "slot: \(slot)", in: "tms-pg-cdc.yaml")
        return try RunningProcess(scratch, [folder], environment: ["LINEHAUL_POSTGRES": uri])
    }

    private func release(_ slot: String) throws {
        _ = try psql(
            """
            SELECT pg_terminate_backend(active_pid, 5000) FROM pg_replication_slots WHERE slot_name = '\(slot)' AND active;
            SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = '\(slot)'
            """)
    }

    @Test func `what is captured, how far, and what it costs the server is told, and tables are read again when asked`() async throws {
        let scratch = try Scratch()
        let system = try launched(scratch, "told")
        try await eventually("the slot is read", within: .seconds(60)) {
            try system.command("cdc", "status", "--json").json["condition"] == "STREAMING"
        }
        let status = try system.command("cdc", "status", "--json").json
        #expect(status["job"] == "tms-pg-cdc" && status["state"] == "RUNNING" && status["slot"] == "told")
        #expect(status["position"]?.string?.contains("end=") == true)
        #expect(status["retained_bytes"]?.integer != nil && status["problem"] == nil)
        #expect(try system.command("cdc").output.hasPrefix("tms-pg-cdc: RUNNING, slot told STREAMING\n"))

        let tables = try system.command("cdc", "tables", "--json").json["tables"]?.array ?? []
        #expect(
            tables.compactMap { $0["topic"]?.string }.sorted()
                == ["audit_logs", "carriers", "drivers", "loads", "routes", "vehicles"].map { "tms.cdc.\($0)" })
        #expect(tables.allSatisfy { $0["published"] == true && $0["key"]?.array == ["id"] })

        _ = try psql(
            "INSERT INTO carriers (id, name, status, version, document, created_at, updated_at) VALUES (gen_random_uuid(), 'North', 'ACTIVE', 1, '{}', now(), now())"
        )
        func operations() throws -> [String] {
            try system.command("tail", "tms.cdc.carriers", "--from", "earliest", "--no-follow", "--json").lines
                .compactMap { $0["value"]?["op"]?.string }
        }
        try await eventually("the row is captured") { try operations().first == "c" }
        #expect(try system.command("cdc", "snapshot", "loads", "carriers").code == 0)
        try await eventually("the row is read again") { try operations().contains("r") }
        let refused = try system.command("cdc", "snapshot", "cariers")
        #expect(refused.code == 1 && refused.errors.contains("public.cariers is not captured"))

        let session = HTTPSession()
        try await eventually("metrics and health know of it") {
            let metrics = String(decoding: try session.send(HTTPClientRequest("GET", "\(system.url)/metrics")).body, as: UTF8.self)
            let named = ["cdc_lag_bytes", "cdc_lag_seconds", "cdc_retained_wal_bytes", "cdc_slot_read 1", "cdc_slot_losing 0"]
            let health = try system.command("health", "--json").json["dependencies"]?["cdc"]
            return named.allSatisfy { metrics.contains($0) } && health?["status"] == "HEALTHY"
        }
        #expect(system.end(SIGTERM) == 0)
        try release("told")
    }

    @Test func `a slot that is gone is said at once, with the way out`() async throws {
        let scratch = try Scratch()
        let system = try launched(scratch, "taken")
        try await eventually("the slot is read", within: .seconds(60)) {
            try system.command("cdc", "status", "--json").json["condition"] == "STREAMING"
        }
        _ = try psql(
            "INSERT INTO carriers (id, name, status, version, document, created_at, updated_at) VALUES (gen_random_uuid(), 'North', 'ACTIVE', 1, '{}', now(), now())"
        )
        try await eventually("a change is committed") {
            try !system.command("tail", "tms.cdc.carriers", "--from", "earliest", "--no-follow", "--json").lines.isEmpty
        }
        // The job may come back between the end of its reader and the drop.
        try await eventually("the slot is gone", within: .seconds(30)) { (try? release("taken")) != nil }
        try await eventually("it is said", within: .seconds(30)) {
            let outcome = try system.command("cdc", "status", "--json")
            let failure = outcome.json["last_failure"]?["reason"]?.string ?? ""
            return outcome.code == 1 && outcome.json["condition"] == "MISSING" && outcome.json["state"] == "QUARANTINED"
                && failure.contains("is gone") && failure.contains("have to be read again")
        }
        try await eventually("health says so") {
            let health = try system.command("health", "--json").json["dependencies"]?["cdc"]
            return health?["status"] == "UNHEALTHY" && health?["detail"]?.string?.contains("no slot taken") == true
        }
        #expect(system.end(SIGTERM) == 0)
    }
}
