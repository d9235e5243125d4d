internal import EventLog
internal import StreamCore

/// A group of readers beside the topics it reads: how far behind it is, partition by partition.
///
/// The group that shares the tasks out, named like the cluster, has positions in turns alone: those are epochs, so it has no lag. How far
/// a job is, is told by its own group, `<cluster>.<job>`.
struct GroupLag {
    private struct Part {
        let partition: TopicPartition
        let position: Offset
        let bounds: PartitionBounds?

        /// What it has yet to read; `nil` where the partition is gone.
        var lag: Int64? { bounds.map { max(0, $0.committed.number - max(position.number, $0.start.number)) } }

        var json: JSON {
            .object([
                "topic": .string(partition.topic), "partition": .integer(Int64(partition.partition.number)),
                "position": .integer(position.number), "end": bounds.map { .integer($0.committed.number) }, "lag": lag.map { .integer($0) },
                // It stands before what is still kept: records between are gone.
                "lost": bounds.flatMap { $0.start > position ? .integer($0.start.number - position.number) : nil },
            ])
        }
    }

    private let group: ConsumerGroup
    private let cluster: String
    private let parts: [Part]
    private let tasks: Int

    /// The group with what it has of `topics`.
    init(_ group: ConsumerGroup, of cluster: String, _ topics: [TopicStatus]) {
        self.group = group
        self.cluster = cluster
        var bounds: [TopicPartition: PartitionBounds] = [:]
        for topic in topics {
            for part in topic.partitions { bounds[TopicPartition(topic.spec.name, part.partition)] = part.bounds }
        }
        let sharesTasks = group.name == cluster
        tasks = sharesTasks ? group.positions.count : 0
        parts = sharesTasks ? [] : group.positions.sorted { $0.key < $1.key }.map { Part(partition: $0, position: $1, bounds: bounds[$0]) }
    }

    private var isOurs: Bool { group.name == cluster || group.name.hasPrefix("\(cluster).") }

    private func head(_ parts: [Part]) -> [JSON.Member] {
        let known: JSON = .object([
            "name": .string(group.name), "state": .string(group.state), "ours": .bool(isOurs),
            "members": .array(group.members.map { .object(["client": .string($0.client), "host": .string($0.host)]) }),
            "tasks": tasks > 0 ? .integer(Int64(tasks)) : nil,
            "lag": parts.isEmpty ? nil : .integer(parts.reduce(0) { $0 + ($1.lag ?? 0) }),
            "topics": .array(Set(parts.map(\.partition.topic)).sorted().map { .string($0) }),
        ])
        return known.members ?? []
    }

    /// The group with every partition that it has a position in.
    var json: JSON { .object(head(parts) + [JSON.Member("partitions", .array(parts.map(\.json)))]) }

    /// The group with the partitions of one topic; `nil` where it reads none of them.
    func json(of topic: String) -> JSON? {
        let some = parts.filter { $0.partition.topic == topic }
        return some.isEmpty ? nil : .object(head(some) + [JSON.Member("partitions", .array(some.map(\.json)))])
    }
}
