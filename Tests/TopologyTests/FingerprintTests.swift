import Dataflow
import Testing
import Topology

@Suite struct FingerprintTests {
    private func fingerprint(_ counts: String, topics: String = Folders.topics) throws -> String {
        try #require(Folders.folder(topics: topics, counts: counts).deploy(environment: [:], catalog: catalog).deployments.first)
            .fingerprint
    }

    @Test func `comments, order, spacing and written defaults change nothing`() throws {
        let same = """
            # the same
            outlets: { late: chat.late, counts: { topic: "chat.counts" } }
            settings: { window: 1000ms }
            inlets: { messages: { topic: chat.messages, lateness: 0s } }
            job:   user-counts
            """
        #expect(try fingerprint(same) == fingerprint(Folders.counts))
    }

    @Test(arguments: [
        "parallelism: 2", "attempts: 4", "state: { ttl: 1d }", "settings: { threshold: 2 }", "settings: { window: 2s }",
    ])
    func `a property more changes it`(line: String) throws {
        #expect(try fingerprint(Folders.counts + "\n" + line) != fingerprint(Folders.counts))
    }

    @Test(arguments: ["lateness: 1s", "idle-after: 1s", "ahead: 1s", "start: latest"])
    func `how an inlet is read is part of it`(property: String) throws {
        let changed = Folders.counts.replacing("chat.messages", with: "chat.messages, \(property)")
        #expect(try fingerprint(changed) != fingerprint(Folders.counts))
    }

    @Test func `what its topics declare is part of it`() throws {
        let led = try Folders.folder(topics: Folders.topics.replacing("retention: 7d", with: "led-by: chat.late"))
            .deploy(environment: [:], catalog: catalog).deployments.first
        #expect(led?.bindings.inlets["messages"]?.settings.leader == JobBindings.Topic("chat.late", partitions: 1))
        #expect(try led?.fingerprint != fingerprint(Folders.counts))
        #expect(
            try fingerprint(
                Folders.counts, topics: Folders.topics.replacing("chat.counts: { partitions: 4 }", with: "chat.counts: { partitions: 5 }"))
                != fingerprint(Folders.counts))
    }
}
