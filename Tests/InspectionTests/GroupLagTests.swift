import EventLog
import StreamCore
import Testing

@testable import Inspection

@Suite struct GroupLagTests {
    private let topic = TopicStatus(
        spec: TopicSpec("loads", partitions: 2),
        partitions: [(0, 10, 30), (1, 0, 5)].map { partition, start, end in
            TopicStatus.PartitionStatus(
                partition: Partition(partition),
                bounds: PartitionBounds(start: Offset(Int64(start)), committed: Offset(Int64(end)), end: Offset(Int64(end))), bytes: 0, newest: nil)
        })

    private func json(_ name: String, _ positions: [TopicPartition: Offset]) -> JSON {
        GroupLag(
            ConsumerGroup(name: name, state: "Stable", members: [.init(client: "a:8080", host: "10.0.0.1")], positions: positions), of: "depot",
            [topic]
        ).json
    }

    @Test func `a group's lag is what it has yet to read`() {
        let group = json(
            "billing", [TopicPartition("loads", Partition(0)): Offset(22), TopicPartition("loads", Partition(1)): Offset(5)])
        #expect(group["lag"] == 8)
        #expect(group["ours"] == false)
        #expect(group["topics"] == ["loads"])
        #expect(group["members"]?.array?.first?["client"] == "a:8080")
    }

    @Test func `what retention has taken before it was read is said to be lost`() {
        let part = json("depot.eta", [TopicPartition("loads", Partition(0)): Offset(4)])["partitions"]?.array?.first
        #expect(part?["lost"] == 6)
        #expect(part?["lag"] == 20)
    }

    @Test func `a job's group is ours, and the group of the tasks has tasks in place of lag`() {
        #expect(json("depot.eta", [:])["ours"] == true)
        #expect(json("depots", [:])["ours"] == false)
        let turns = json("depot", [TopicPartition("eta.loads.turn", Partition(0)): Offset(7_000)])
        #expect(turns["ours"] == true)
        #expect(turns["tasks"] == 1)
        #expect(turns["lag"] == nil)
    }

    @Test func `a position in a topic that is gone has no lag`() {
        let part = json("old", [TopicPartition("gone", Partition(0)): Offset(1)])["partitions"]?.array?.first
        #expect(part?["lag"] == nil)
        #expect(part?["position"] == 1)
    }
}
