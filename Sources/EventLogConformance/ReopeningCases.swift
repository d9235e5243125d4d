internal import EventLog
internal import StreamCore

extension EventLogConformance {
    /// What was committed is there after a stop.
    public static let reopening: [ConformanceCase] = [
        ConformanceCase("records, bounds, topics and epochs survive a reopen, and writing goes on behind them") { subject in
            let parts = try subject.topic("kept", partitions: 2, cleanup: .compact(tombstones: .seconds(60)))
            let writer = try subject.log.makeWriter("slot-0")
            _ = try writer.commit(
                Transaction(batches: parts.map { PartitionBatch($0, batch(numbered(0..<5))) }, turns: [parts[1]: Epoch(4)]))
            writer.close()
            let before = try subject.readAll(parts[0])
            let bounds = try subject.log.bounds(of: parts[0])
            try subject.reopen()
            try subject.expectEqual(try subject.readAll(parts[0]), before, "the records")
            try subject.expectEqual(try subject.log.bounds(of: parts[0]), bounds, "the bounds")
            try subject.expectEqual(try subject.log.committedEpochs(of: parts), [parts[1]: Epoch(4)], "the epochs")
            let spec = try subject.log.topics().first { $0.spec.name == parts[0].topic }?.spec
            try subject.expectEqual(spec?.cleanup, .compact(tombstones: .seconds(60)), "the cleanup")
            let again = try subject.log.makeWriter("slot-0")
            defer { again.close() }
            _ = try again.commit(Transaction(batches: [PartitionBatch(parts[0], batch(numbered(5..<7)))], turns: [parts[1]: Epoch(5)]))
            try subject.expectEqual(try subject.readAll(parts[0]).map(\.record), numbered(0..<7), "the records after more")
            try subject.expectEqual(try subject.log.committedEpochs(of: parts), [parts[1]: Epoch(5)], "the epochs after more")
        },
        ConformanceCase("a purged start stays where it is after a reopen") { subject in
            let partition = try subject.topic("start")[0]
            for start in [0, 5] { _ = try subject.log.append([PartitionBatch(partition, batch(numbered(start..<start + 5)))]) }
            let all = try subject.read(partition, count: 10)
            try subject.log.purge(partition, below: all[7].offset)
            try subject.reopen()
            try subject.expectEqual(try subject.log.bounds(of: partition).start, all[7].offset, "the start")
            try subject.expectEqual(try subject.readAll(partition).map(\.record), numbered(7..<10), "what is left")
        },
    ]
}
