import StreamCore
import Testing

@Suite struct ReadingTests {
    /// Three records of a topic, at seconds 1, 2 and 3 of 1970.
    private func fill(_ site: Site) async throws {
        let lines = (1...3).map { #"{"key":"k\#($0)","value":\#($0),"timestamp":\#($0 * 1_000)}"# }.joined(separator: "\n")
        _ = try await site.ask("POST", "/ops/topics/plain/records", lines)
    }

    @Test(arguments: [
        ("", [1, 2, 3]), ("?from=latest", []), ("?from=1", [2, 3]), ("?from=99", []), ("?from=1970-01-01T00:00:02Z", [2, 3]),
        ("?limit=2", [1, 2]),
        ("?key=k2", [2]), ("?partition=0&limit=1", [1]), ("?limit=0", []),
    ])
    func `a reader says where to begin, what to read and when to stop`(query: String, values: [Int64]) async throws {
        try await Site.with { (site: Site) async throws in
            try await fill(site)
            #expect(try await site.lines("/ops/topics/plain/records\(query)").map { $0["value"]?.integer } == values)
        }
    }

    @Test(arguments: [("", [1, 2, 3]), ("?from=latest", []), ("?from=1", [2, 3]), ("?limit=2", [1, 2]), ("?key=k2", [2])])
    func `a log that fetches in the background is read to its end`(query: String, values: [Int64]) async throws {
        try await Site.with(isLate: true) { (site: Site) async throws in
            try await fill(site)
            #expect(try await site.lines("/ops/topics/plain/records\(query)").map { $0["value"]?.integer } == values)
        }
    }

    @Test(arguments: ["from=soon", "limit=many", "partition=7", "follow=perhaps"])
    func `a parameter that means nothing is refused by name`(query: String) async throws {
        try await Site.with { (site: Site) async throws in
            let answer = try await site.ask("GET", "/ops/topics/plain/records?\(query)")
            #expect(answer.status == 422)
            #expect(answer.message.hasPrefix(String(query.prefix { $0 != "=" })))
        }
    }

    @Test func `a follower gets what is written after it began`() async throws {
        try await Site.with { (site: Site) async throws in
            let following = Task { try await site.lines("/ops/topics/plain/records?from=earliest&follow&limit=3") }
            try await fill(site)
            #expect(try await following.value.map { $0["value"] } == [1, 2, 3])
        }
    }

    @Test func `a topic is shown with its partitions`() async throws {
        try await Site.with { (site: Site) async throws in
            try await fill(site)
            let topic = try await site.ask("GET", "/ops/topics/plain").json
            #expect(topic["records"] == 3)
            #expect(topic["partitions"]?.array?.first?["committed"] == 3)
            let names = try await site.ask("GET", "/ops/topics").json["topics"]?.array?.compactMap { $0["name"]?.string } ?? []
            #expect(names.contains("plain") && names.contains("audit-anomaly.users.changelog"))
        }
    }
}
