import Foundation
import PostgresClient
import StreamCore
import TestServers
import Testing

@Suite(.enabled(if: PostgresServer.missing == nil, "PostgreSQL is not installed here")) struct SessionTests {
    private let uri: String
    private let session: PostgresSession

    init() throws {
        uri = try PostgresServer.shared().database()
        session = try PostgresSession(PostgresSettings(Secret(uri)))
    }

    @Test func `a query takes parameters and gives texts`() throws {
        let result = try session.query(
            "SELECT $1::int + 1, $2::text, NULL, $3::bigint * 2", [PostgresValue("41"), PostgresValue("zwölf"), PostgresValue(-7)])
        #expect(result.count == 1)
        #expect(result.integer(0, 0) == 42)
        #expect(result.text(0, 1) == "zwölf")
        #expect(result.text(0, 2) == nil)
        #expect(result.integer(0, 3) == -14)
    }

    @Test func `columns become rows, every type and NULL among them`() throws {
        var (number, small, text, flag) = (
            PostgresColumn(.int8), PostgresColumn(.int4), PostgresColumn(.text), PostgresColumn(.bool)
        )
        var (real, time, id) = (PostgresColumn(.float8), PostgresColumn(.timestamp), PostgresColumn(.uuid))
        number.append(Int64.min)
        small.append(Int64(7))
        text.append("a \"b\" {c}")
        flag.append(true)
        real.append(1.5)
        time.append(EventTime(microseconds: 1_700_000_000_123_456))
        id.append(high: 0x0123_4567_89ab_cdef, low: 0xfedc_ba98_7654_3210)
        number.append(nil as Int64?)
        small.append(nil as Int64?)
        text.append(nil as String?)
        flag.append(nil as Bool?)
        real.append(nil as Double?)
        time.append(nil as EventTime?)
        id.appendNull()
        let columns = [number, small, text, flag, real, time, id]
        let result = try session.query(
            "SELECT * FROM unnest($1::bigint[], $2::int[], $3::text[], $4::bool[], $5::float8[], $6::timestamptz[], $7::uuid[])",
            columns.map { PostgresValue($0) })
        #expect(result.count == 2)
        #expect(
            (0..<7).map { result.text(0, $0) ?? "NULL" } == [
                "-9223372036854775808", "7", "a \"b\" {c}", "t", "1.5", "2023-11-14 22:13:20.123456+00",
                "01234567-89ab-cdef-fedc-ba9876543210",
            ])
        #expect((0..<7).allSatisfy { result.text(1, $0) == nil })
    }

    @Test func `an empty column is an empty array`() throws {
        let result = try session.query("SELECT cardinality($1::text[])", [PostgresValue(PostgresColumn(.text))])
        #expect(result.integer(0, 0) == 0)
    }

    @Test func `a pipeline answers each statement, and none after one that fails`() throws {
        try session.run("CREATE TABLE t (n int CHECK (n < 10))")
        let results = try session.pipeline([
            PostgresStatement("INSERT INTO t VALUES ($1)", [PostgresValue("1")]), PostgresStatement("SELECT n FROM t"),
        ])
        #expect(results.map(\.count) == [0, 1])
        #expect(results[0].affected == 1)
        let failure = #expect(throws: PostgresFailure.self) {
            try session.pipeline([
                PostgresStatement("INSERT INTO t VALUES (2)"), PostgresStatement("INSERT INTO t VALUES (11)"),
                PostgresStatement("INSERT INTO t VALUES (3)"),
            ])
        }
        #expect(failure?.kind == .refused)
        #expect(failure?.sqlState == "23514")
        #expect(try session.query("SELECT count(*) FROM t").integer(0, 0) == 1)
    }

    @Test func `rows are copied in, and a copy that is refused leaves the session usable`() throws {
        try session.run("CREATE TABLE c (id int PRIMARY KEY, name text)")
        let rows = (0..<20_000).map { "\($0)\tname \($0)\n" }.joined()
        #expect(try session.copy("COPY c FROM STDIN", Array(rows.utf8)) == 20_000)
        let failure = #expect(throws: PostgresFailure.self) { _ = try session.copy("COPY c FROM STDIN", Array("1\tagain\n".utf8)) }
        #expect(failure?.sqlState == "23505")
        #expect(throws: PostgresFailure.self) { _ = try session.copy("COPY nowhere FROM STDIN", Array(rows.utf8)) }
        #expect(try session.query("SELECT count(*) FROM c").integer(0, 0) == 20_000)
    }

    @Test func `a transaction whose body throws leaves nothing`() throws {
        try session.run("CREATE TABLE r (n int)")
        #expect(throws: PostgresFailure.self) {
            try session.transaction { session throws(PostgresFailure) in
                try session.run("INSERT INTO r VALUES (1)")
                try session.run("SELECT 1/0")
            }
        }
        #expect(session.isUsable)
        #expect(try session.query("SELECT count(*) FROM r").integer(0, 0) == 0)
    }

    @Test func `a statement that takes too long is ended, and the session goes on`() throws {
        let brief = try PostgresSession(PostgresSettings(Secret(uri), statementTimeout: .milliseconds(50)))
        let failure = #expect(throws: PostgresFailure.self) { try brief.run("SELECT pg_sleep(20)") }
        #expect(failure?.kind == .timedOut)
        #expect(brief.isUsable)
        try brief.run("SELECT 1")
    }

    @Test func `a statement that may take longer is waited for, and the one after its transaction is not`() throws {
        let brief = try PostgresSession(PostgresSettings(Secret(uri), statementTimeout: .milliseconds(50)))
        try brief.transaction { session throws(PostgresFailure) in
            try session.allowing(.seconds(60)) { () throws(PostgresFailure) in try session.run("SELECT pg_sleep(0.2)") }
        }
        let failure = #expect(throws: PostgresFailure.self) { try brief.run("SELECT pg_sleep(20)") }
        #expect(failure?.kind == .timedOut)
    }

    @Test func `a statement is ended from another thread`() throws {
        let cancellation = try #require(session.makeCancellation())
        let backend = try #require(try session.query("SELECT pg_backend_pid()").text(0, 0))
        let thread = Thread { [uri] in
            do {
                let observer = try PostgresSession(PostgresSettings(Secret(uri)))
                while try observer.query("SELECT 1 FROM pg_stat_activity WHERE pid = \(backend) AND state = 'active'").count == 0 {
                    continue
                }
                cancellation.cancel()
            } catch {
                Issue.record("\(error)")
            }
        }
        thread.start()
        let failure = #expect(throws: PostgresFailure.self) { try session.run("SELECT pg_sleep(20)") }
        #expect(failure?.kind == .timedOut)
        #expect(session.isUsable)
    }

    @Test func `who may not come in is told so, and no message says where and as whom`() throws {
        guard let port = try PostgresServer.shared().port else { return }
        let wrong = "postgresql://linehaul:opensesame@127.0.0.1:\(port)/postgres"
        let failure = #expect(throws: PostgresFailure.self) { _ = try PostgresSession(PostgresSettings(Secret(wrong))) }
        #expect(failure?.kind == .forbidden)
        #expect(failure?.reason == "connecting: password authentication failed for user …")
        let none = try PostgresServer.shared().uri(of: "nosuchdatabase")
        let missing = #expect(throws: PostgresFailure.self) { _ = try PostgresSession(PostgresSettings(Secret(none))) }
        #expect(missing?.kind == .unfit)
        let nobody = #expect(throws: PostgresFailure.self) {
            _ = try PostgresSession(PostgresSettings(Secret("postgresql://u:secret@127.0.0.1:1/x")))
        }
        #expect(nobody?.kind == .unavailable)
        #expect(nobody?.reason == "connecting: Connection refused")
        let nonsense = #expect(throws: PostgresFailure.self) {
            _ = try PostgresSession(PostgresSettings(Secret("postgresql://h?secret=1")))
        }
        #expect(nonsense?.kind == .unfit)
        #expect(nonsense?.reason.contains("secret") == false)
    }

    @Test func `a commit whose answer is lost has an unknown outcome, and was done`() throws {
        guard let port = try PostgresServer.shared().port else { return }
        try session.run("CREATE TABLE k (n int)")
        let between = Interposer(before: port)
        defer { between.stop() }
        let far = try PostgresSession(PostgresSettings(Secret(uri.replacing(":\(port)/", with: ":\(between.port)/"))))
        between.cut(after: "COMMIT")
        let failure = #expect(throws: PostgresFailure.self) {
            try far.transaction { session throws(PostgresFailure) in try session.run("INSERT INTO k VALUES (1)") }
        }
        #expect(failure?.kind == .unknown)
        #expect(!far.isUsable)
        while try session.query("SELECT count(*) FROM k").integer(0, 0) == 0 { continue }
    }

    @Test func `a server that falls silent is given up`() throws {
        guard let port = try PostgresServer.shared().port else { return }
        let between = Interposer(before: port)
        defer { between.stop() }
        let far = try PostgresSession(
            PostgresSettings(Secret(uri.replacing(":\(port)/", with: ":\(between.port)/")), statementTimeout: .milliseconds(100)))
        between.be(silent: true)
        let failure = #expect(throws: PostgresFailure.self) { try far.run("SELECT 1") }
        #expect(failure?.kind == .timedOut)
        #expect(!far.isUsable)
        between.be(silent: false)
    }
}
