import Dataflow
import EventLog
import StreamCore
import Testing
import Topology

@Suite struct LoadingTests {
    private func deployment(_ counts: String, environment: [String: String] = [:]) throws -> JobDeployment {
        try #require(try Folders.folder(counts: counts).deploy(environment: environment, catalog: catalog).deployments.first)
    }

    @Test func `a job gets its topics, its settings and how it is read`() throws {
        let deployment = try deployment(
            """
            job: user-counts
            parallelism: 2
            attempts: 5
            inlets:
              messages: { topic: chat.messages, lateness: 2s, idle-after: 700ms, ahead: 2h, start: latest }
            outlets:
              counts: chat.counts
              late: { topic: chat.late }
            settings: { window: 5s, threshold: 3 }
            state: { ttl: 16d }
            """)
        var settings = InletSettings()
        settings.lateness = EventTime.Span(.seconds(2))
        settings.idleAfter = EventTime.Span(.milliseconds(700))
        settings.ahead = EventTime.Span(.seconds(7_200))
        #expect(
            deployment.bindings
                == JobBindings(
                    inlets: [
                        "messages": JobBindings.Inlet(
                            JobBindings.Topic("chat.messages", partitions: 4, key: "user_id"), settings: settings, start: .latest)
                    ],
                    outlets: [
                        "counts": JobBindings.Topic("chat.counts", partitions: 4), "late": JobBindings.Topic("chat.late", partitions: 1),
                    ], parallelism: 2, attempts: 5, stateTTL: .seconds(16 * 86_400)))
        let job = try #require(deployment.job as? UserCounts)
        #expect(job.window == .seconds(5))
        #expect(job.threshold == 3)
    }

    @Test func `what is left out is the default`() throws {
        let bindings = try deployment(Folders.counts).bindings
        #expect(bindings.parallelism == 1)
        #expect(bindings.attempts == 3)
        #expect(bindings.stateTTL == nil)
        #expect(bindings.inlets["messages"]?.settings == InletSettings())
        #expect(bindings.inlets["messages"]?.start == .earliest)
    }

    @Test func `a setting comes from the environment or its default`() throws {
        let text = Folders.counts + "\nsettings: { threshold: \"${THRESHOLD:-4}\" }\n"
        #expect(try (deployment(text).job as? UserCounts)?.threshold == 4)
        #expect(try (deployment(text, environment: ["THRESHOLD": "9"]).job as? UserCounts)?.threshold == 9)
    }

    @Test func `a setting that the environment leaves empty is absent`() throws {
        #expect(try (deployment(Folders.counts + "\nsettings:\n  threshold: ${THRESHOLD:-}\n").job as? UserCounts)?.threshold == 1)
    }

    @Test func `topics are read with their defaults`() throws {
        let topics = """
            topics:
              a: {}
              b: { partitions: 2, key: id, retention: 7d, max-bytes: 10GB }
              c: { compact: true }
              d: { compact: true, tombstones: 1h }
              e:
            """
        #expect(
            try Folders.folder(topics: topics, counts: nil).load(environment: [:]).topics == [
                TopicSpec("a", partitions: 8),
                TopicSpec("b", partitions: 2, key: "id", cleanup: .retain(time: .seconds(7 * 86_400), bytes: 10 << 30)),
                TopicSpec("c", partitions: 8, cleanup: .compact(tombstones: .seconds(86_400))),
                TopicSpec("d", partitions: 8, cleanup: .compact(tombstones: .seconds(3_600))),
                TopicSpec("e", partitions: 8),
            ])
    }

    @Test func `a file that is not YAML is not looked at`() throws {
        #expect(Folders.problems(Folders.folder(others: ["README.md": "job: {", "notes.txt": "- a"])) == [])
    }

    @Test func `a directory on disk that is not there says so`() {
        #expect(throws: TopologyFailure.self) { try TopologyFolder(directory: "no-such-topology") }
    }
}
