import Foundation
import StreamCore
import TestServers
import Testing
import Wire

/// The program with a real database behind it, killed where it hurts most: rows equal the log.
@Suite(.serialized, .enabled(if: PostgresServer.missing == nil, "PostgreSQL is not installed here")) struct PostgresTests {
    private let server: PostgresServer
    private let uri: String

    init() throws {
        server = try PostgresServer.shared()
        uri = try server.database()
    }

    private func audits(_ numbers: Range<Int>) -> String {
        let at = EventTime(milliseconds: Int64(Date().timeIntervalSince1970) * 1_000).rfc3339
        return numbers.map { number in
            let digits = String(number)
            let id = "0190f3c2-6b7e-7c3a-8d1e-" + String(repeating: "0", count: 12 - digits.count) + digits
            return
                #"{"id":"\#(id)","table_name":"loads","record_id":"r","action":"UPDATE","user_id":"u\#(number % 50)","created_at":"\#(at)"}"#
        }.joined(separator: "\n")
    }

    private func ids(inTheLogOf system: RunningProcess) throws -> [String] {
        try system.command("tail", "tms.audit", "--from", "earliest", "--no-follow", "--json").lines
            .compactMap { $0["value"]?["id"]?.string }.sorted()
    }

    private func rows() throws -> [String] {
        guard try server.psql("SELECT to_regclass('audit_logs') IS NOT NULL", on: uri) == "t" else { return [] }
        return try server.psql("SELECT id FROM audit_logs ORDER BY id", on: uri).split(separator: "\n").map(String.init)
    }

    @Test(arguments: [
        "freezing:3", "frozen:2", "committing:3", "committed:2", "published:3", "delivering:1", "delivering:4", "delivered:1",
        "delivered:3",
        "recovering:20", "recovered:20",
    ])
    func `rows equal the log, wherever the process is killed`(fault: String) throws {
        let scratch = try Scratch()
        var count = 0
        if let system = try? RunningProcess(scratch, environment: ["LINEHAUL_POSTGRES": uri, "LINEHAUL_FAULT": fault]) {
            while system.isRunning, count < 4_000 {
                _ = try system.command("publish", "tms.audit", input: audits(count..<count + 100))
                count += 100
            }
            #expect(!system.isRunning, "it was not killed")
        }
        let again = try RunningProcess(scratch, environment: ["LINEHAUL_POSTGRES": uri])
        _ = try again.command("publish", "tms.audit", input: audits(count..<count + 100))
        let log = try ids(inTheLogOf: again)
        #expect(log.count >= 100)
        while try rows().count < Set(log).count { usleep(20_000) }
        #expect(try rows() == Set(log).sorted())
        #expect(again.end(SIGTERM) == 0)
    }

    @Test func `the database is seen in health, and its job among the jobs`() throws {
        let scratch = try Scratch()
        let system = try RunningProcess(scratch, environment: ["LINEHAUL_POSTGRES": uri])
        _ = try system.command("publish", "tms.audit", input: audits(0..<10))
        while try rows().count < 10 { usleep(20_000) }
        let job = try system.command("jobs", "show", "postgres-sink", "--json").json
        #expect(job["state"] == "RUNNING")
        let tasks = (job["stages"]?.array ?? []).flatMap { $0["tasks"]?.array ?? [] }
        // Beside them may stand that somebody published.
        #expect(tasks.compactMap { $0["target"]?["rows_written"]?.integer }.reduce(0, +) >= 10)
        #expect(system.end(SIGTERM) == 0)
    }

    @Test func `without a database its job is left out, and that is said`() throws {
        let outcome = try Launched.run("check")
        #expect(outcome.code == 0)
        #expect(outcome.output.contains("postgres-sink is left out: it needs postgres"))
    }
}
