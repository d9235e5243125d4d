import Foundation
import StreamCore
import Testing

@Suite struct RunTests {
    /// An hour old: what the topics keep for days is not theirs to drop.
    private let made = EventTime(milliseconds: Int64(Date().timeIntervalSince1970) * 1_000 - 3_600_000)

    private func burst(of user: String) -> String {
        [Int64(100), 200].map { milliseconds in
            let at = EventTime(milliseconds: made.microseconds / 1_000 + milliseconds).rfc3339
            return #"{"id":"\#(user)-\#(milliseconds)","user_id":"\#(user)","created_at":"\#(at)"}"#
        }.joined(separator: "\n")
    }

    @Test func `what is published is judged, and the alert can be tailed`() throws {
        let scratch = try Scratch()
        let system = try RunningProcess(scratch)
        let published = try system.command("publish", "tms.audit", "--json", input: burst(of: "u1"))
        #expect(published.json["count"] == 2)
        let tailed = try system.command("tail", "tms.anomalies", "--from", "earliest", "--limit", "1", "--json")
        #expect(tailed.json["key"] == "u1")
        let jobs = try system.command("jobs", "--json").json["jobs"]?.array
        // Beside them may stand that somebody published.
        #expect(try #require(jobs?.first { $0["name"] == "audit-anomaly" }?["records_in"]?.integer) >= 2)
        #expect(try system.command("state", "get", "audit-anomaly", "users", "u1", "--json").json["key"] == "u1")
        #expect(system.end(SIGTERM) == 0)
    }

    @Test(arguments: [SIGTERM, SIGKILL])
    func `state is there again after a stop and after a crash`(signal: Int32) throws {
        let scratch = try Scratch()
        do {
            let system = try RunningProcess(scratch)
            _ = try system.command("publish", "tms.audit", input: burst(of: "u1"))
            _ = try system.command("tail", "tms.anomalies", "--from", "earliest", "--limit", "1")
            _ = system.end(signal)
        }
        let again = try RunningProcess(scratch)
        let row = try again.command("state", "get", "audit-anomaly", "users", "u1", "--json")
        #expect(row.json["value"]?["records"]?.array?.count == 2)
        #expect(try again.command("tail", "tms.anomalies", "--from", "earliest", "--no-follow", "--json").lines.count == 1)
        #expect(again.end(SIGTERM) == 0)
    }

    @Test func `a directory that is held and a port that is taken are refused`() throws {
        let scratch = try Scratch()
        let system = try RunningProcess(scratch)
        let held = try Launched.run("run", environment: ["LINEHAUL_DATA": scratch.file("data"), "LINEHAUL_LISTEN": "127.0.0.1:0"])
        #expect(held.code == 1)
        #expect(held.errors.contains("held by process"))
        let address = String(system.url.dropFirst("http://".count))
        let taken = try Launched.run("run", environment: ["LINEHAUL_DATA": scratch.file("other"), "LINEHAUL_LISTEN": address])
        #expect(taken.code == 1)
        #expect(taken.errors.contains("something listens there already"))
    }

    @Test func `a changed folder is applied while it is watched, and a broken one is not`() throws {
        let scratch = try Scratch()
        let system = try RunningProcess(scratch, [try scratch.topology(), "--watch"])
        _ = try scratch.topology(replacing: "threshold: 1", with: "threshold: 2")
        #expect(system.logged("topology applied").contains("changed"))
        _ = try scratch.topology(replacing: "threshold: 2", with: "threshold: many")
        #expect(system.logged("topology not applied").contains("threshold takes a whole number"))
        #expect(system.end(SIGTERM) == 0)
    }

    @Test func `apply restarts what changed and says so; plan says it before`() throws {
        let scratch = try Scratch()
        let system = try RunningProcess(scratch)
        let folder = try scratch.topology(replacing: "threshold: 1", with: "threshold: 3")
        let changes = try system.command("plan", folder, "--json").json["difference"]?["jobs"]?.array
        #expect(changes?.first { $0["job"] == "audit-anomaly" }?["change"] == "changed")
        #expect(try system.command("apply", folder).output.contains("audit-anomaly: changed"))
        #expect(try system.command("plan", folder).output.contains(/= audit-anomaly +runs on/))
        #expect(system.end(SIGINT) == 0)
    }

    @Test func `a bad line stops a publish and says how far it came`() throws {
        let scratch = try Scratch()
        let system = try RunningProcess(scratch)
        let outcome = try system.command("publish", "tms.loads", "--format", "records", input: "{\"value\":1}\n{\"x\":1}\n")
        #expect(outcome.code == 1)
        #expect(outcome.errors.contains("line 2: no member `value`"))
        #expect(try system.command("publish", "tms.load", input: "x").errors.contains("did you mean tms.loads?"))
        #expect(try system.command("tail", "tms.load", "--no-follow").code == 1)
        #expect(try system.command("jobs", "show", "nope").code == 1)
        #expect(system.end(SIGTERM) == 0)
    }

    @Test func `large input is published in pieces, all of it`() throws {
        let scratch = try Scratch()
        let system = try RunningProcess(scratch)
        // A topic that no job reads here: nobody says anything of what is published.
        let line = #"{"id":"l","text":""# + String(repeating: "x", count: 480) + "\"}\n"
        let outcome = try system.command("publish", "tms.cdc.audit_logs", "--json", input: String(repeating: line, count: 5_000))
        #expect(outcome.json["count"] == 5_000)
        #expect(try system.command("topics", "show", "tms.cdc.audit_logs", "--json").json["records"] == 5_000)
        #expect(system.end(SIGTERM) == 0)
    }
}
