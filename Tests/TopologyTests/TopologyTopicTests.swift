import EmbeddedLog
import EventLog
import Foundation
import StreamCore
import Testing
import Topology

/// A log of its own for each test.
private final class Bed {
    let log: EmbeddedLog
    private let directory: String

    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("linehaul-topology-\(UUID().uuidString)").path
        log = try EmbeddedLog(directory: directory, clock: { EventTime(milliseconds: 0) })
    }

    deinit {
        log.close()
        try? FileManager.default.removeItem(atPath: directory)
    }
}

@Suite struct TopologyTopicTests {
    private let now = EventTime(milliseconds: 1_700_000_000_000)

    private func folder(_ job: String) -> TopologyFolder {
        TopologyFolder("t", files: ["t/cluster.yaml": "cluster: mine", "t/topics.yaml": "topics: {}", "t/job.yaml": job])
    }

    @Test func `a cluster to which nothing was applied has nothing to run but its own`() throws {
        let bed = try Bed()
        let topic = TopologyTopic(bed.log, cluster: "c")
        #expect(try topic.newest() == nil)
        #expect(try topic.next() == nil)
    }

    @Test func `what was applied last is what a process that starts later runs`() throws {
        let bed = try Bed()
        let first = TopologyTopic(bed.log, cluster: "c")
        _ = try first.newest()
        let one = try first.append(folder("job: a"), at: now, by: "h:1")
        let two = try first.append(folder("job: b"), at: now, by: "h:2")
        #expect(two > one)
        let later = try #require(try TopologyTopic(bed.log, cluster: "c").newest())
        #expect(later.version == two)
        #expect(later.by == "h:2")
        #expect(later.at == now)
        #expect(later.folder.files["t/job.yaml"] == "job: b")
    }

    @Test func `a process that runs hears of what is applied, and of the newest alone`() throws {
        let bed = try Bed()
        let (one, other) = (TopologyTopic(bed.log, cluster: "c"), TopologyTopic(bed.log, cluster: "c"))
        _ = try one.newest()
        _ = try other.newest()
        _ = try one.append(folder("job: a"), at: now, by: "h:1")
        let version = try one.append(folder("job: b"), at: now, by: "h:1")
        #expect(try other.next()?.version == version)
        #expect(try other.next() == nil)
        #expect(try one.next()?.version == version)
    }

    @Test func `what a process is like stays with it`() throws {
        let bed = try Bed()
        let topic = TopologyTopic(bed.log, cluster: "c")
        _ = try topic.newest()
        _ = try topic.append(folder("job: a"), at: now, by: "h:1")
        let applied = try #require(try topic.next()).folder
        #expect(applied.files.keys.sorted() == ["t/job.yaml", "t/topics.yaml"])
        let own = TopologyFolder("x", files: ["x/cluster.yaml": "cluster: other", "x/old.yaml": "job: old"])
        #expect(applied.with(clusterOf: own).files.keys.sorted() == ["t/job.yaml", "t/topics.yaml", "x/cluster.yaml"])
    }

    @Test func `folders are compared by what they declare, not by where they lie`() {
        let elsewhere = TopologyFolder("/srv/u", files: ["/srv/u/topics.yaml": "topics: {}", "/srv/u/job.yaml": "job: a"])
        #expect(folder("job: a").declaresTheSame(as: elsewhere))
        #expect(!folder("job: b").declaresTheSame(as: elsewhere))
    }

    @Test func `a folder that no record takes is refused before anything is written`() throws {
        let bed = try Bed()
        let topic = TopologyTopic(bed.log, cluster: "c")
        _ = try topic.newest()
        let failure = #expect(throws: LogFailure.self) {
            try topic.append(folder(String(repeating: "#", count: 1 << 20)), at: now, by: "h:1")
        }
        #expect(failure?.reason.contains("a record takes") == true)
        #expect(try topic.next() == nil)
    }

    @Test func `clusters of other names share nothing`() throws {
        let bed = try Bed()
        let (mine, other) = (TopologyTopic(bed.log, cluster: "mine"), TopologyTopic(bed.log, cluster: "other"))
        _ = try mine.newest()
        _ = try mine.append(folder("job: a"), at: now, by: "h:1")
        #expect(try other.newest() == nil)
    }

    @Test func `a record that is no folder is passed over`() throws {
        let bed = try Bed()
        let topic = TopologyTopic(bed.log, cluster: "c")
        _ = try topic.newest()
        let version = try topic.append(folder("job: a"), at: now, by: "h:1")
        for value in [Array("nonsense".utf8), Array(#"{"format":2}"#.utf8), nil] as [[UInt8]?] {
            var builder = BatchBuilder()
            builder.append(key: Array("topology".utf8), value: value, time: now)
            _ = try bed.log.append([PartitionBatch(TopicPartition("c.topology", Partition(0)), builder.finish())])
        }
        #expect(try topic.next()?.version == version)
    }
}
