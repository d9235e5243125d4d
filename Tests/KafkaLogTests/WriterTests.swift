internal import EventLog
@testable internal import KafkaLog
internal import StreamCore
internal import TestServers
internal import Testing

@Suite(.serialized, .enabled(if: KafkaServer.missing == nil, "\(KafkaServer.missing ?? "")"))
struct WriterTests {
    private func records(_ count: Int) -> RecordBatch {
        var batch = BatchBuilder()
        for number in 0..<count { batch.append(key: Array("\(number)".utf8), value: [1, 2, 3], time: EventTime(milliseconds: 1)) }
        return batch.finish()
    }

    @Test func `a transaction is aborted although nobody has taken the reports of its records`() throws {
        let fixture = try KafkaFixture()
        let log = try fixture.open()
        defer { log.close() }
        let partition = TopicPartition(fixture.topicName("aborted"), Partition(0))
        _ = try log.ensure([TopicSpec(partition.topic, partitions: 1)])
        let producer = try TransactionalProducer("aborting", fixture.settings, nil)
        try producer.begin()
        var tracker = DeliveryTracker(batches: 1)
        try producer.write([PartitionBatch(partition, records(100))], &tracker)
        try producer.abort(within: .seconds(30))
        try producer.begin()
        tracker = DeliveryTracker(batches: 1)
        try producer.write([PartitionBatch(partition, records(3))], &tracker)
        try producer.settle(&tracker)
        try producer.commit()
        let reader = try log.makeReader {}
        defer { reader.close() }
        try reader.assign(partition, from: .zero)
        var count = 0
        while try !reader.isAtEnd(partition) {
            while let batch = try reader.next(partition, upTo: 1 << 20) { count += batch.count }
            fixture.pause()
        }
        #expect(count == 3)
    }

    @Test func `epochs that follow each other at once stand in their order`() throws {
        let fixture = try KafkaFixture()
        let log = try fixture.open()
        defer { log.close() }
        let partition = TopicPartition(fixture.topicName("order"), Partition(0))
        _ = try log.ensure([TopicSpec(partition.topic, partitions: 1)])
        let writer = try log.makeWriter("slot")
        let bases = try (0..<6).map { _ in try writer.commit(Transaction(batches: [PartitionBatch(partition, records(5))]))[0] }
        #expect(bases == bases.sorted())
        writer.close()
    }

    /// What librdkafka did to such a one before was seen by an allocator that checks: it freed a text twice.
    @Test func `a producer that was fenced with records under way is dropped without harm`() throws {
        let fixture = try KafkaFixture()
        let log = try fixture.open()
        defer { log.close() }
        let topic = fixture.topicName("fenced")
        _ = try log.ensure([TopicSpec(topic, partitions: 8)])
        let batches = (0..<8).map { PartitionBatch(TopicPartition(topic, Partition($0)), records(20)) }
        for _ in 0..<10 {
            let old = try TransactionalProducer("fenced", fixture.settings, nil)
            try old.begin()
            var tracker = DeliveryTracker(batches: batches.count)
            try old.write(batches, &tracker)
            try old.settle(&tracker)
            _ = try TransactionalProducer("fenced", fixture.settings, nil)
            tracker = DeliveryTracker(batches: batches.count)
            let failure = #expect(throws: LogFailure.self) {
                try old.write(batches, &tracker)
                try old.settle(&tracker)
            }
            #expect(failure?.kind == .fenced)
        }
    }
}
