import Dataflow
import EmbeddedLog
import EventLog
import StreamCore
import StreamTesting
import Testing
import Topology

@testable import linehaul

@Suite struct LogCheckTests {
    private let audit = TopicSpec("tms.audit", partitions: 8, key: "user_id")

    private func plan(_ partitions: Int = 8) throws -> (plan: TopologyPlan, topics: [TopicSpec]) {
        let folder = TopologyFolder(
            "t",
            files: [
                "cluster.yaml": "",
                "topics.yaml": "topics: { tms.audit: { partitions: \(partitions), key: user_id }, out: {}, late: {} }",
                "job.yaml": """
                job: audit-anomaly
                inlets: { audit: { topic: tms.audit } }
                outlets: { anomalies: out, late: late }
                """,
            ])
        let (topology, deployments) = try folder.deploy(environment: [:], catalog: jobs())
        return (try TopologyPlan(deployments), topology.topics + deployments.ownTopics)
    }

    private func withLog(_ work: (EmbeddedLog) throws -> Void) throws {
        let scratch = try Scratch()
        let log = try EmbeddedLog(directory: scratch.path, clock: { EventTime(milliseconds: 0) })
        defer { log.close() }
        try work(log)
    }

    private func check(_ log: any EventLog, _ partitions: Int = 8) throws -> LogCheck {
        let (plan, topics) = try plan(partitions)
        return LogCheck(
            log, topics, cluster: "c", advice: PartitionAdvice(plan: plan, servers: ["k:9092"]), clock: { EventTime(milliseconds: 0) })
    }

    @Test func `a look at a log makes nothing, and says what a start would`() throws {
        try withLog { log in
            _ = try log.ensure([audit])
            let check = try check(log)
            #expect(!check.isRefused)
            #expect(check.missing.map(\.name).contains("audit-anomaly.users.changelog"))
            #expect(check.text.contains("a start would create: out (8)"))
            #expect(try log.topics().map(\.spec.name) == ["tms.audit"])
            #expect(check.json["refused"] == false)
        }
    }

    @Test func `a topic that differs without harm is said and let pass`() throws {
        try withLog { log in
            _ = try log.ensure([TopicSpec("tms.audit", partitions: 8, key: "user_id", cleanup: .retain(time: .seconds(60), bytes: nil))])
            let check = try check(log)
            #expect(!check.isRefused)
            #expect(check.text.contains("differs topic tms.audit: cleanup"))
        }
    }

    @Test func `partitions that changed under a keyed job are refused with the commands that end it`() throws {
        try withLog { log in
            _ = try log.ensure([TopicSpec("tms.audit", partitions: 12, key: "user_id")])
            let check = try check(log)
            #expect(check.isRefused)
            #expect(check.json["differences"]?.array?.first?["fatal"] == true)
            for line in [
                "topic tms.audit: partitions is 12, declared 8", "audit-anomaly keeps state by key",
                "kafka-topics.sh --bootstrap-server k:9092 --delete --topic audit-anomaly.users.changelog",
                "kafka-topics.sh --bootstrap-server k:9092 --delete --topic audit-anomaly.users.turn",
                "linehaul tail tms.audit --from earliest --no-follow --json | linehaul publish tms.audit.v2 --format records",
            ] { #expect(check.text.contains(line), "\(check.text)") }
        }
    }

    @Test func `partitions that the folder changed under a job's own topics are put back`() throws {
        try withLog { log in
            _ = try log.ensure(try plan(8).topics.filter(\.isInternal))
            let check = try check(log, 12)
            #expect(check.isRefused)
            #expect(check.text.contains("to keep its state: in topics.yaml declare `tms.audit: { partitions: 8 }`"))
        }
    }

    @Test func `partitions over which nobody keeps state are declared as they are`() throws {
        try withLog { log in
            _ = try log.ensure([TopicSpec("out", partitions: 3)])
            #expect(try check(log).text.contains("no job keeps state over it: in topics.yaml declare `out: { partitions: 3 }`"))
        }
    }

    @Test func `where the log does not answer nothing more is tried`() throws {
        try withLog { log in
            log.close()
            let check = try check(log)
            #expect(check.isRefused)
            #expect(check.steps.map(\.name) == ["reached"])
            #expect(check.text.contains("REFUSED reached"))
        }
    }
}
