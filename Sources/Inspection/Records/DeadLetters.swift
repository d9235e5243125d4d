internal import EventLog
internal import StreamCore

/// The dead-letter topics: what they hold, and what a person does about it.
enum DeadLetters {
    static let ending = ".dlq"
    private static let readBytes = 1 << 20

    /// The dead-letter topic that a name means, which may be that of the topic whose records died.
    static func topic(_ name: String) -> String { name.hasSuffix(ending) ? name : name + ending }

    /// Every dead-letter topic with how many records wait in it.
    static func list(_ log: any EventLog) throws -> JSON {
        let topics = try log.topics().filter { $0.spec.name.hasSuffix(ending) }
        return .object([
            "topics": .array(
                topics.map { status in
                    .object([
                        "topic": .string(String(status.spec.name.dropLast(ending.count))), "dlq": .string(status.spec.name),
                        "records": .integer(status.records), "newest": status.partitions.compactMap(\.newest).max().flatMap(\.instant),
                    ])
                })
        ])
    }

    /// Sends the oldest dead letters, at most `limit`, back to where they came from, without what was said of their death, and removes
    /// them. A crash in between leaves them in both places: they come back twice rather than never.
    static func replay(_ topic: String, limit: Int?, in log: any EventLog) throws -> JSON {
        let partitions = Dictionary(try log.topics().map { ($0.spec.name, $0.spec.partitions) }) { first, _ in first }
        return try take(topic, limit: limit, in: log, doing: "replayed") { batch, count in
            var builders: [TopicPartition: BatchBuilder] = [:]
            for index in 0..<count {
                let record = batch.record(index)
                let origin = try origin(of: record, at: batch.offset(index), in: topic, partitions)
                builders[origin, default: BatchBuilder()].append(
                    key: record.key, value: record.value, headers: record.headers.filter { !$0.name.hasPrefix("dlq.") }, time: record.time)
            }
            var batches: [PartitionBatch] = []
            for (partition, var builder) in builders.sorted(by: { $0.key < $1.key }) {
                batches.append(PartitionBatch(partition, builder.finish()))
            }
            _ = try log.append(batches)
        }
    }

    /// Removes the oldest dead letters, at most `limit`.
    static func drop(_ topic: String, limit: Int?, in log: any EventLog) throws -> JSON {
        try take(topic, limit: limit, in: log, doing: "dropped") { _, _ in }
    }

    /// Gives the oldest records to `work`, a batch at a time, and purges each batch once that has returned.
    private static func take(
        _ topic: String, limit: Int?, in log: any EventLog, doing: String, _ work: (RecordBatch, Int) throws -> Void
    ) throws -> JSON {
        let status = try log.status(of: topic)
        let reader = try AwaitedRecords(log)
        var taken = 0
        for part in status.partitions {
            let partition = TopicPartition(topic, part.partition)
            try reader.assign(partition, from: part.bounds.start)
            var position = part.bounds.start
            while position < part.bounds.committed, taken < limit ?? .max, let batch = try reader.next(partition, upTo: readBytes) {
                let wanted = min(batch.count, (limit ?? .max) - taken)
                let count = (0..<wanted).prefix { batch.offset($0) < part.bounds.committed }.count
                try work(batch, count)
                taken += count
                position = count == batch.count ? batch.next : batch.offset(count)
                try log.purge(partition, below: position)
            }
        }
        let left = try log.status(of: topic).records
        return .object([
            "dlq": .string(topic), doing == "replayed" ? "replayed" : "dropped": .integer(Int64(taken)), "left": .integer(left),
        ])
    }

    private static func origin(
        of record: Record, at offset: Offset, in topic: String, _ partitions: [String: Int]
    ) throws(Refusal) -> TopicPartition {
        func text(_ name: String) -> String? { record.headers[name]?.value.map { String(decoding: $0, as: UTF8.self) } }
        guard let name = text("dlq.topic"), let count = partitions[name] else {
            let reason = text("dlq.topic").map { "there is no topic \($0) any more" } ?? "it has no header dlq.topic"
            throw Refusal(409, "NO_ORIGIN", "replaying \(topic) at offset \(offset): \(reason); drop it, or publish it by hand")
        }
        if let number = text("dlq.partition").flatMap({ Int($0) }), (0..<count).contains(number) {
            return TopicPartition(name, Partition(number))
        }
        return TopicPartition(name, Partitioner.partition(of: record.key ?? [], among: count))
    }
}
