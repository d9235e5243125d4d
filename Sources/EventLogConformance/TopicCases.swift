internal import EventLog
internal import StreamCore

extension EventLogConformance {
    /// Topics are created as declared, compared, listed and deleted.
    public static let topicCases: [ConformanceCase] = [
        ConformanceCase("ensure reports how an existing topic differs and alters nothing") { subject in
            let name = try subject.topic("declared", partitions: 2)[0].topic
            _ = try subject.log.append([PartitionBatch(TopicPartition(name, Partition(1)), batch(numbered(0..<2)))])
            let same = try subject.log.ensure([TopicSpec(name, partitions: 2)])
            try subject.expect(same.isEmpty, "the same declaration differs: \(same)")
            let differences = try subject.log.ensure([TopicSpec(name, partitions: 5)])
            let partitions = differences.first { $0.property == "partitions" }
            try subject.expect(partitions?.isFatal == true, "another number of partitions is reported as \(differences)")
            try subject.expectEqual(partitions?.topic, name, "the topic of the difference")
            try subject.expectEqual([partitions?.declared, partitions?.actual], ["5", "2"], "declared and actual")
            let status = try subject.log.topics().first { $0.spec.name == name }
            try subject.expectEqual(status?.partitions.count, 2, "the number of partitions")
            try subject.expectEqual(try subject.readAll(TopicPartition(name, Partition(1))).count, 2, "the records")
        },
        ConformanceCase("topics are listed by name with their bounds and sizes") { subject in
            let second = try subject.topic("b", partitions: 2)
            let first = try subject.topic("a")
            _ = try subject.log.append([PartitionBatch(second[1], batch(numbered(0..<50, valueSize: 400)))])
            let names = [first[0].topic, second[0].topic]
            let listed = try subject.log.topics().filter { names.contains($0.spec.name) }
            try subject.expectEqual(listed.map(\.spec.name), names, "the names")
            let part = listed[1].partitions[1]
            try subject.expectEqual(part.bounds, try subject.log.bounds(of: second[1]), "the bounds")
            try subject.expect(part.bounds.start < part.bounds.end, "the bounds are \(part.bounds)")
        },
        ConformanceCase("an unknown topic or partition fails by that name") { subject in
            let known = try subject.topic("known")[0]
            let missing = TopicPartition(subject.fixture.topicName("missing"), Partition(0))
            let beyond = TopicPartition(known.topic, Partition(9))
            for partition in [missing, beyond] {
                try subject.expectFailure(.unknownTopic, "the bounds of \(partition)") { _ = try subject.log.bounds(of: partition) }
                try subject.expectFailure(.unknownTopic, "appending to \(partition)") {
                    _ = try subject.log.append([PartitionBatch(partition, batch(numbered(0..<1)))])
                }
            }
            try subject.log.delete([missing.topic])
        },
        ConformanceCase("a deleted topic is gone with its records and epochs, and a new one of its name is empty") { subject in
            let partition = try subject.topic("doomed")[0]
            let kept = try subject.topic("kept")[0]
            let writer = try subject.log.makeWriter("slot-0")
            defer { writer.close() }
            _ = try writer.commit(
                Transaction(batches: [partition, kept].map { PartitionBatch($0, batch(numbered(0..<3))) }, turns: [partition: Epoch(3)]))
            try subject.log.delete([partition.topic])
            _ = try subject.eventually("the deletion") {
                try subject.log.topics().contains { $0.spec.name == partition.topic } ? nil : true
            }
            _ = try subject.eventually("the creation") { try? subject.topic("doomed") }
            try subject.expectEqual(try subject.readAll(partition), [], "the new topic's records")
            try subject.expectEqual(try subject.log.committedEpochs(of: [partition]), [:], "the new topic's epochs")
            try subject.expectEqual(try subject.readAll(kept).count, 3, "the other topic's records")
        },
    ]
}
