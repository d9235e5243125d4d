import StreamCore
import Testing

@Suite struct DeadLetterTests {
    /// Publishes two values that the job cannot read, and waits until both are dead.
    private func poison(_ site: Site) async throws {
        _ = try await site.ask("POST", "/ops/topics/audit/records?format=values&key=k", "bad one\nbad two")
        #expect(try await site.lines("/ops/topics/audit.dlq/records?follow&limit=2").count == 2)
    }

    @Test func `what cannot be read is shown with the reason and where it came from`() async throws {
        try await Site.with { (site: Site) async throws in
            try await poison(site)
            let letter = try #require(try await site.lines("/ops/dlq/audit").first)
            #expect(letter["value"] == "bad one")
            #expect(letter["headers"]?["dlq.topic"] == "audit")
            #expect(letter["headers"]?["dlq.reason"]?.string?.hasPrefix("not JSON") == true)
            #expect(try await site.ask("GET", "/ops/dlq").json["topics"]?.array?.first?["records"] == 2)
        }
    }

    @Test func `a replay sends letters back to their partition without what was said of them`() async throws {
        try await Site.with { (site: Site) async throws in
            try await poison(site)
            #expect(try await site.ask("POST", "/ops/jobs/audit-anomaly/pause").status == 200)
            let answer = try await site.ask("POST", "/ops/dlq/audit/replay").json
            #expect(answer["replayed"] == 2)
            #expect(answer["left"] == 0)
            let records = try await site.lines("/ops/topics/audit/records")
            #expect(records.map { $0["value"] } == ["bad one", "bad two", "bad one", "bad two"])
            #expect(Set(records.map { $0["partition"] }).count == 1)
            #expect(records.allSatisfy { $0["headers"] == .object([:]) })
        }
    }

    @Test(arguments: [false, true]) func `dropping removes the oldest and leaves the rest`(isLate: Bool) async throws {
        try await Site.with(isLate: isLate) { (site: Site) async throws in
            try await poison(site)
            #expect(try await site.ask("POST", "/ops/dlq/audit.dlq/drop?limit=1").json["left"] == 1)
            #expect(try await site.lines("/ops/dlq/audit").map { $0["value"] } == ["bad two"])
        }
    }

    @Test func `a letter without an origin is refused and stays`() async throws {
        try await Site.with { (site: Site) async throws in
            _ = try await site.ask("POST", "/ops/topics/audit.dlq/records", #"{"value":"from nowhere"}"#)
            let answer = try await site.ask("POST", "/ops/dlq/audit/replay")
            #expect(answer.code == "NO_ORIGIN")
            #expect(try await site.lines("/ops/dlq/audit").count == 1)
        }
    }
}
