import StreamCore
import Testing

@Suite struct ReplayTests {
    private static let fixture = "Tests/Fixtures/audit.ndjson"
    private static let debezium = "Tests/Fixtures/debezium-audit.ndjson"

    @Test func `a burst, a late record and a bad line come out by their outlets`() throws {
        let outcome = try Launched.run("replay", "audit-anomaly", "--in", "audit=\(ReplayTests.fixture)")
        #expect(outcome.code == 0)
        let alerts = outcome.lines.filter { $0["outlet"] == "anomalies" }
        #expect(alerts.map { $0["key"] } == ["u1"])
        #expect(alerts.first?["timestamp"] == "2026-01-01T00:00:00.400Z")
        #expect(alerts.first?["value"]?["data"]?["audit_ids"] == ["a1", "a2"])
        #expect(outcome.lines.filter { $0["outlet"] == "late" }.map { $0["value"]?["id"] } == ["a4"])
        #expect(outcome.lines.filter { $0["outlet"] == "dlq" }.map { $0["value"] } == ["not a record"])
        #expect(outcome.errors.contains("1 anomalies, 1 dlq, 1 late"))
    }

    @Test func `a setting takes the place of the topology's`() throws {
        let outcome = try Launched.run("replay", "audit-anomaly", "--in", "audit=\(ReplayTests.fixture)", "--set", "threshold=5")
        #expect(outcome.lines.allSatisfy { $0["outlet"] != "anomalies" })
    }

    @Test func `event time that ends early keeps back what waits for more`() throws {
        let outcome = try Launched.run(
            "replay", "audit-anomaly", "--in", "audit=\(ReplayTests.fixture)", "--until", "2026-01-01T00:00:00.200Z")
        #expect(outcome.code == 0)
    }

    @Test func `change events of a connector are read as records`() throws {
        let outcome = try Launched.run(
            "replay", "audit-anomaly", "--in", "audit=\(ReplayTests.debezium)", "--format", "records", "--set", "time-field=at")
        #expect(outcome.code == 0)
        #expect(outcome.lines.contains { $0["outlet"] == "anomalies" })
    }

    @Test func `output goes to a file where one is named`() throws {
        let scratch = try Scratch()
        let outcome = try Launched.run(
            "replay", "audit-anomaly", "--in", "audit=\(ReplayTests.fixture)", "--out", scratch.file("out.ndjson"))
        #expect(outcome.output.isEmpty)
        #expect(try scratch.text("out.ndjson").split(separator: "\n").count == 3)
    }

    @Test(arguments: [
        (["replay", "audit-anomly", "--in", "audit=x"], Int32(1), "did you mean audit-anomaly?"),
        (["replay", "audit-anomaly", "--in", "audt=Tests/Fixtures/audit.ndjson"], 1, "did you mean audit?"),
        (["replay", "audit-anomaly", "--in", "audit=/nowhere"], 1, "opening /nowhere: No such file"),
        (["replay", "audit-anomaly", "--in", "audit=x", "--set", "windw=1s"], 1, "unknown setting windw; did you mean window?"),
        (["replay", "audit-anomaly", "--in", "audit=Tests/Fixtures/audit.ndjson", "--out", "/nowhere/x"], 1, "opening /nowhere/x"),
        (["replay", "audit-anomaly"], 2, "expected at least one INLET=FILE"),
        (["replay", "audit-anomaly", "--in", "audit"], 2, "expected NAME=VALUE"),
        (["replay", "audit-anomaly", "--in", "audit=x", "--until", "soon"], 2, "expected an instant"),
    ])
    func `what is wrong with a replay is said`(words: [String], code: Int32, reason: String) throws {
        let outcome = try Launched.run(words)
        #expect(outcome.code == code)
        #expect(outcome.errors.contains(reason))
    }

    @Test func `an event that another job would make a dead letter of is one where the job runs alone`() throws {
        let scratch = try Scratch()
        let wrong =
            #"{"event_type":"DRIVER_STATUS_CHANGED","timestamp":"2026-03-02T06:00:00Z","entity_type":"DRIVER","entity_id":"d","data":{"driver_id":"d","new_status":"FISHING"}}"#
        try scratch.write(wrong.replacing("FISHING", with: "ON_DUTY") + "\n" + wrong + "\n", to: "duty")
        let outcome = try Launched.run("replay", "hos-violations", "--in", "duty=\(scratch.file("duty"))")
        #expect(outcome.code == 0)
        let dead = outcome.lines.filter { $0["outlet"] == "dlq" }
        #expect(dead.map { $0["inlet"] } == ["duty"] && dead.map { $0["record"] } == [2])
        #expect(dead.first?["reason"]?.string?.contains("status FISHING; there are") == true)
        #expect(outcome.errors.contains("1 dlq"))
    }

    @Test(arguments: [
        ("hos-violations", "duty", "DRIVER"), ("carrier-performance", "loads", "LOAD"), ("carrier-performance", "routes", "ROUTE"),
        ("carrier-performance", "drivers", "DRIVER"), ("route-deviation", "tracking", "VEHICLE"),
        ("arrivals-and-delays", "tracking", "VEHICLE"),
    ])
    func `an event of a type that nobody knows is told of in words`(job: String, inlet: String, entity: String) throws {
        let scratch = try Scratch()
        func event(_ type: String) -> String {
            #"{"event_type":"\#(type)","timestamp":"2026-03-02T06:00:00Z","entity_type":"\#(entity)","entity_id":"x","data":{}}"#
        }
        try scratch.write(event("\(entity)_ABDUCTED") + "\n" + event("SYSTEM_ALERT") + "\n", to: "events")
        let outcome = try Launched.run("replay", job, "--in", "\(inlet)=\(scratch.file("events"))")
        #expect(outcome.code == 0)
        let dead = outcome.lines.filter { $0["outlet"] == "dlq" }
        #expect(dead.map { $0["inlet"]?.string } == [inlet] && dead.map { $0["record"] } == [1])
        #expect(dead.first?["reason"]?.string?.contains("event_type \"\(entity)_ABDUCTED\" is not known here; there are") == true)
        #expect(outcome.errors.contains("1 dlq"))
    }

    @Test func `a simulated fleet written to files replays to what the truth says`() throws {
        let scratch = try Scratch()
        let simulated = try Launched.run(
            "simulate", "--to", scratch.file("sim"), "--truth", scratch.file("truth"), "--vehicles", "1", "--users", "20", "--for", "30m",
            "--start", "2026-01-01T00:00:00Z")
        #expect(simulated.code == 0)
        let outcome = try Launched.run("replay", "audit-anomaly", "--in", "audit=\(scratch.file("sim"))/tms.audit.ndjson")
        let expected = try scratch.text("truth").split(separator: "\n").count { $0.contains("ANOMALY_SUSPECTED") }
        #expect(expected > 0)
        #expect(outcome.lines.count { $0["outlet"] == "anomalies" } == expected)
    }
}
