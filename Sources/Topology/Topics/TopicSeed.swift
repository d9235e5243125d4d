public import EventLog
public import StreamCore

/// What a topic begins with: reference data that ships beside the topology, a JSON object a line. It is appended where nothing has ever been
/// written to the topic.
public struct TopicSeed: Hashable, Sendable {
    /// One of its records.
    struct Line: Hashable, Sendable {
        let key: [UInt8]
        let value: [UInt8]
    }

    /// The topic.
    public let topic: TopicSpec
    let lines: [Line]

    /// How many records it has.
    public var count: Int { lines.count }

    /// Its records, a batch a partition, keyed by the topic's field, in the order of the file, all of that time.
    public func batches(at now: EventTime) -> [PartitionBatch] {
        var builders: [Partition: BatchBuilder] = [:]
        for line in lines {
            let partition = Partitioner.partition(of: line.key, among: topic.partitions)
            builders[partition, default: BatchBuilder()].append(key: line.key, value: line.value, time: now)
        }
        return builders.sorted { $0.key < $1.key }.map { partition, builder in
            var builder = builder
            return PartitionBatch(TopicPartition(topic.name, partition), builder.finish())
        }
    }
}
