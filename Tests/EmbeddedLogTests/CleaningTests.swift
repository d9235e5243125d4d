internal import EmbeddedLog
internal import EventLog
internal import StreamCore
internal import Synchronization
internal import Testing

@Suite struct CleaningTests {
    private let scratch: Scratch
    private let time = Time()

    init() throws { scratch = try Scratch() }

    /// The tests' clock.
    private final class Time: Sendable {
        let now = Mutex(EventTime(milliseconds: 0))
        func set(seconds: Int64) { now.withLock { $0 = EventTime(milliseconds: seconds * 1_000) } }
    }

    private func open(_ change: (inout EmbeddedLogSettings) -> Void = { _ in }) throws -> EmbeddedLog {
        var settings = EmbeddedLogSettings()
        settings.minimumDirtyBytes = 1
        change(&settings)
        return try EmbeddedLog(directory: scratch.path, settings: settings, clock: { [time] in time.now.withLock { $0 } })
    }

    private func append(_ log: EmbeddedLog, _ partition: TopicPartition, _ records: [(String, String?)]) throws {
        var builder = BatchBuilder()
        for (key, value) in records {
            builder.append(key: Array(key.utf8), value: value.map { Array($0.utf8) }, time: EventTime(milliseconds: 0))
        }
        _ = try log.append([PartitionBatch(partition, builder.finish())])
    }

    private func maintain(_ log: EmbeddedLog, seconds: Int64) throws {
        while try log.maintain(now: EventTime(milliseconds: seconds * 1_000)) {}
    }

    private func contents(_ log: EmbeddedLog, _ partition: TopicPartition) throws -> [String] {
        let reader = try log.makeReader {}
        defer { reader.close() }
        try reader.assign(partition, from: try log.resolve(.earliest, in: partition))
        var found: [String] = []
        while let batch = try reader.next(partition, upTo: 1 << 20) {
            for index in 0..<batch.count {
                let record = batch.record(index)
                found.append(
                    "\(batch.offset(index)) \(String(decoding: record.key ?? [], as: UTF8.self))="
                        + (record.value.map { String(decoding: $0, as: UTF8.self) } ?? "gone"))
            }
        }
        return found
    }

    @Test func `a tombstone stays for its time and then goes, without anything new being written`() throws {
        let log = try open()
        defer { log.close() }
        let partition = TopicPartition("entities", Partition(0))
        _ = try log.ensure([TopicSpec("entities", partitions: 1, cleanup: .compact(tombstones: .seconds(100)))])
        try append(log, partition, [("a", "1"), ("b", "1")])
        time.set(seconds: 10)
        try append(log, partition, [("a", nil), ("b", "2")])
        try maintain(log, seconds: 20)
        #expect(try contents(log, partition) == ["2 a=gone", "3 b=2"])
        try maintain(log, seconds: 105)
        #expect(try contents(log, partition) == ["2 a=gone", "3 b=2"])
        try maintain(log, seconds: 200)
        #expect(try contents(log, partition) == ["3 b=2"])
        #expect(try log.bounds(of: partition).end == Offset(4))
    }

    @Test func `what compaction left is the same after a reopen, and grows on at the old end`() throws {
        let partition = TopicPartition("entities", Partition(0))
        do {
            let log = try open()
            _ = try log.ensure([TopicSpec("entities", partitions: 1, cleanup: .compact(tombstones: .seconds(100)))])
            for round in 0..<50 { try append(log, partition, (0..<10).map { ("k\($0)", "\(round)") }) }
            try maintain(log, seconds: 1)
            log.close()
        }
        let log = try open()
        defer { log.close() }
        #expect(try contents(log, partition) == (0..<10).map { "\(490 + $0) k\($0)=49" })
        try append(log, partition, [("k0", "new")])
        #expect(try contents(log, partition).last == "500 k0=new")
    }

    @Test func `a compaction with memory for few keys comes to the same result in more passes`() throws {
        let log = try open { settings in
            settings.compactionKeyBytes = 500
            settings.maintenanceBytes = 1_000
        }
        defer { log.close() }
        let partition = TopicPartition("entities", Partition(0))
        _ = try log.ensure([TopicSpec("entities", partitions: 1, cleanup: .compact(tombstones: .seconds(100)))])
        for round in 0..<20 { for key in 0..<30 { try append(log, partition, [("k\(key)", "\(round)")]) } }
        for _ in 0..<40 { try maintain(log, seconds: 1) }
        let values = try contents(log, partition).map { $0.split(separator: " ")[1] }
        for key in 0..<30 { #expect(values.last { $0.hasPrefix("k\(key)=") } == "k\(key)=19") }
        #expect(values.count < 400)
    }

    @Test func `a reader in the middle of what is compacted goes on without missing the last of any key`() throws {
        let log = try open()
        defer { log.close() }
        let partition = TopicPartition("entities", Partition(0))
        _ = try log.ensure([TopicSpec("entities", partitions: 1, cleanup: .compact(tombstones: .seconds(100)))])
        // Batches too large to be handed out together.
        let filler = String(repeating: "x", count: 5_000)
        for round in 0..<20 { try append(log, partition, [("k\(round % 7)", "\(round)" + filler), ("other", "\(round)")]) }
        let reader = try log.makeReader {}
        defer { reader.close() }
        try reader.assign(partition, from: .zero)
        var last: [[UInt8]?: Offset] = [:]
        for step in 0..<30 {
            if step == 3 { try maintain(log, seconds: 1) }
            guard let batch = try reader.next(partition, upTo: 1) else { break }
            for index in 0..<batch.count { last[batch.record(index).key] = batch.offset(index) }
        }
        #expect(try reader.isAtEnd(partition))
        #expect(last.values.max() == Offset(39))
        #expect(last[Array("k6".utf8)] == Offset(26))
        #expect(last[Array("k5".utf8)] == Offset(38))
    }

    @Test func `retention by time goes by the newest event of a batch and spares what is young`() throws {
        let log = try open()
        defer { log.close() }
        let partition = TopicPartition("events", Partition(0))
        _ = try log.ensure([TopicSpec("events", partitions: 1, cleanup: .retain(time: .seconds(10), bytes: nil))])
        for second: Int64 in [0, 5, 20, 3, 40] {
            var builder = BatchBuilder()
            builder.append(key: nil, value: [1], time: EventTime(milliseconds: second * 1_000))
            _ = try log.append([PartitionBatch(partition, builder.finish())])
        }
        try maintain(log, seconds: 25)
        // The fourth is old too, but lies behind one that is not.
        #expect(try log.bounds(of: partition).start == Offset(2))
        try maintain(log, seconds: 1_000)
        #expect(try log.bounds(of: partition) == PartitionBounds(start: Offset(5), committed: Offset(5), end: Offset(5)))
    }

    @Test func `events of long ago stay as long after they were appended as news does`() throws {
        let log = try open()
        defer { log.close() }
        let partition = TopicPartition("events", Partition(0))
        _ = try log.ensure([TopicSpec("events", partitions: 1, cleanup: .retain(time: .seconds(100), bytes: nil))])
        time.set(seconds: 30_000_000)
        try append(log, partition, [("a", "ten months old")])
        try maintain(log, seconds: 30_000_099)
        #expect(try contents(log, partition).count == 1)
        try maintain(log, seconds: 30_000_101)
        #expect(try contents(log, partition).isEmpty)
    }

    @Test func `the size of a partition follows what is appended, compacted and dropped`() throws {
        let log = try open()
        defer { log.close() }
        let partition = TopicPartition("events", Partition(0))
        _ = try log.ensure([TopicSpec("events", partitions: 1)])
        func size() throws -> Int { try #require(try log.topics()[0].partitions[0].bytes) }
        for _ in 0..<10 { try append(log, partition, [("k", String(repeating: "v", count: 1_000))]) }
        let full = try size()
        #expect(full > 10_000)
        try log.purge(partition, below: Offset(5))
        #expect(try size() == full / 2)
        try log.purge(partition, below: Offset(10))
        #expect(try size() == 0)
    }
}
