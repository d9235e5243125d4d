import EmbeddedLog
import HTTPClient
import StreamCore
import Testing
import Topology

@Suite struct SystemRoutesTests {
    @Test func `health names the process, what it leans on and its jobs`() async throws {
        try await Site.with { (site: Site) async throws in
            let answer = try await site.ask("GET", "/health")
            #expect(answer.status == 200)
            #expect(answer.json["dependencies"]?["log"]?["status"] == "HEALTHY")
            #expect(answer.json["dependencies"]?["postgres"]?["status"] == "NOT_CONFIGURED")
            #expect(answer.json["system"]?["cpu"] == 0.5)
            #expect(answer.json["jobs"]?["audit-anomaly"]?["lag"] == 0)
        }
    }

    @Test func `health says that the log is down`() async throws {
        try await Site.with { (site: Site) async throws in
            site.log.close()
            let answer = try await site.ask("GET", "/health")
            #expect(answer.status == 503)
            #expect(answer.json["status"] == "UNHEALTHY")
            #expect(try await site.ask("GET", "/health/live").status == 200)
            #expect(try await site.ask("GET", "/ops/topics").code == "LOG_UNAVAILABLE")
        }
    }

    @Test func `while jobs are being deployed it is not ready, and none of them is called unknown`() async throws {
        try await Site.with { (site: Site) async throws in
            #expect(try await site.ask("GET", "/health/ready").status == 200)
            #expect(try await site.ask("GET", "/ops/jobs/later").status == 404)
            site.host.hasBegun = false
            let ready = try await site.ask("GET", "/health/ready")
            #expect(ready.status == 503 && ready.json["status"] == "STARTING")
            let later = try await site.ask("GET", "/ops/jobs/later")
            #expect(later.status == 503 && later.code == "STARTING")
            #expect(try await site.ask("GET", "/ops/jobs/audit-anomaly").status == 200)
        }
    }

    @Test func `metrics show each task`() async throws {
        try await Site.with { (site: Site) async throws in
            let text = try await site.ask("GET", "/metrics").text
            #expect(text.contains(#"stage_records_in_total{job="audit-anomaly",partition="0",stage="users"} 0"#))
        }
    }

    @Test func `a path that is not there and a method that is wrong are refused in one form`() async throws {
        try await Site.with { (site: Site) async throws in
            let unknown = try await site.ask("GET", "/ops/nothing", headers: [("X-Correlation-Id", "mine")])
            #expect(unknown.status == 404)
            #expect(unknown.json["error"]?["correlation_id"] == "mine")
            #expect(unknown.response["x-correlation-id"] == "mine")
            let wrong = try await site.ask("DELETE", "/ops/jobs")
            #expect(wrong.status == 405)
            #expect(wrong.response["allow"] == "GET, HEAD")
            #expect(wrong.json["detail"]?.string == wrong.message)
        }
    }

    @Test func `a folder is handed to the host, whose refusal is the answer`() async throws {
        try await Site.with { (site: Site) async throws in
            #expect(try await site.ask("POST", "/ops/topology", #"{"name":"t","files":{"t/a.yaml":"job: a"}}"#).json == ["applied"])
            #expect(site.host.folder?.files == ["t/a.yaml": "job: a"])
            #expect(try await site.ask("POST", "/ops/topology", #"{"files":{"bad.yaml":""}}"#).code == "STATE_WOULD_BE_LOST")
            #expect(try await site.ask("POST", "/ops/topology", "[]").status == 422)
            #expect(try await site.ask("GET", "/ops/topology").json == ["nothing"])
        }
    }
}
