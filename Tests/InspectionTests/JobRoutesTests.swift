import StreamCore
import Testing

@Suite struct JobRoutesTests {
    @Test func `the running jobs are listed with what their tasks come to`() async throws {
        try await Site.with { (site: Site) async throws in
            let job = try #require(try await site.ask("GET", "/ops/jobs").json["jobs"]?.array?.first)
            #expect(job["name"] == "audit-anomaly")
            #expect(job["tasks"] == 2)
        }
    }

    @Test func `a job is shown stage by stage and task by task`() async throws {
        try await Site.with { (site: Site) async throws in
            let job = try await site.ask("GET", "/ops/jobs/audit-anomaly").json
            let stage = try #require(job["stages"]?.array?.first)
            #expect(stage["id"] == "users")
            #expect(stage["tasks"]?.array?.map { $0["task"] } == ["audit-anomaly/users/0", "audit-anomaly/users/1"])
            #expect(stage["tasks"]?.array?.first?["inlets"]?.array?.first?["topic"] == "audit")
        }
    }

    @Test func `an unknown job is refused with the nearest name`() async throws {
        try await Site.with { (site: Site) async throws in
            let answer = try await site.ask("GET", "/ops/jobs/audit-anomly")
            #expect(answer.status == 404)
            #expect(answer.message.contains("did you mean audit-anomaly?"))
        }
    }

    @Test func `a paused job says so until it is resumed`() async throws {
        try await Site.with { (site: Site) async throws in
            #expect(try await site.ask("POST", "/ops/jobs/audit-anomaly/pause").json["state"] == "PAUSED")
            #expect(try await site.ask("POST", "/ops/jobs/audit-anomaly/resume").json["paused"] == false)
        }
    }

    @Test func `a burst raises an alert and the state that led to it can be looked at`() async throws {
        try await Site.with { (site: Site) async throws in
            let records = [1, 2].map { #"{"id":"a\#($0)","user_id":"u1","created_at":"2026-01-01T00:00:00.\#($0)Z"}"# }
            _ = try await site.ask("POST", "/ops/topics/audit/records?format=values", records.joined(separator: "\n"))
            let alert = try #require(try await site.lines("/ops/topics/anomalies/records?follow&limit=1").first)
            #expect(alert["key"] == "u1")
            #expect(alert["value"]?["data"]?["audit_ids"] == ["a1", "a2"])
            let row = try await site.ask("GET", "/ops/jobs/audit-anomaly/state/users/u1").json
            #expect(row["value"]?["records"]?.array?.map { $0["id"] } == ["a1", "a2"])
            #expect(row["task"]?.string?.hasPrefix("audit-anomaly/users/") == true)
            #expect((row["epoch"]?.integer ?? 0) > 0)
            let rows = try await site.ask("GET", "/ops/jobs/audit-anomaly/state/users?prefix=u&limit=5").json
            #expect(rows["rows"]?.array?.map { $0["key"] } == ["u1"])
        }
    }

    @Test func `a job's states are listed with their types`() async throws {
        try await Site.with { (site: Site) async throws in
            let state = try await site.ask("GET", "/ops/jobs/audit-anomaly/state").json["states"]?.array?.first
            #expect(state?["name"] == "users")
            #expect(state?["shape"] == "value")
            #expect(state?["version"] == 1)
        }
    }

    @Test func `a key that a state does not hold and a state that a job does not have are different refusals`() async throws {
        try await Site.with { (site: Site) async throws in
            #expect(try await site.ask("GET", "/ops/jobs/audit-anomaly/state/users/nobody").code == "NO_SUCH_KEY")
            #expect(try await site.ask("GET", "/ops/jobs/audit-anomaly/state/user/u1").message.contains("did you mean users?"))
        }
    }
}
