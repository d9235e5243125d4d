internal import Dispatch
internal import EventLog
internal import StreamCore
internal import Synchronization

extension EventLogConformance {
    /// An epoch is there wholly or not at all, and a writer that was replaced writes no more.
    public static let transactions: [ConformanceCase] = [
        ConformanceCase("a transaction reaches all its partitions and returns where each batch begins") { subject in
            let parts = try subject.topic("atomic", partitions: 4)
            let writer = try subject.log.makeWriter("slot-0")
            defer { writer.close() }
            let offsets = try writer.commit(
                Transaction(batches: parts.enumerated().map { PartitionBatch($1, batch(numbered($0..<$0 + 2))) }))
            for (index, partition) in parts.enumerated() {
                let found = try subject.read(partition, count: 2)
                try subject.expectEqual(found.map(\.record), numbered(index..<index + 2), "partition \(index)")
                try subject.expectEqual(found[0].offset, offsets[index], "the first offset of partition \(index)")
            }
        },
        ConformanceCase("nothing of a transaction that fails is visible") { subject in
            let partition = try subject.topic("refused")[0]
            let old = try subject.log.makeWriter("slot-0")
            let new = try subject.log.makeWriter("slot-0")
            defer { new.close() }
            try subject.expectFailure(.fenced, "the replaced writer's commit") {
                _ = try old.commit(Transaction(batches: [PartitionBatch(partition, batch(numbered(0..<5)))], turns: [partition: Epoch(9)]))
            }
            old.close()
            _ = try new.commit(Transaction(batches: [PartitionBatch(partition, batch(numbered(5..<6)))]))
            try subject.expectEqual(try subject.readAll(partition).map(\.record), numbered(5..<6), "what is visible")
            try subject.expectEqual(try subject.log.committedEpochs(of: [partition]), [:], "the committed epochs")
        },
        ConformanceCase("a writer is fenced by a later one of its name, and not by one of another name") { subject in
            let partition = try subject.topic("fence")[0]
            let first = try subject.log.makeWriter("a")
            let other = try subject.log.makeWriter("b")
            _ = try first.commit(Transaction(batches: [PartitionBatch(partition, batch(numbered(0..<1)))]))
            let second = try subject.log.makeWriter("a")
            try subject.expectFailure(.fenced, "the first writer's commit") {
                _ = try first.commit(Transaction(batches: [PartitionBatch(partition, batch(numbered(1..<2)))]))
            }
            _ = try other.commit(Transaction(batches: [PartitionBatch(partition, batch(numbered(2..<3)))]))
            _ = try second.commit(Transaction(batches: [PartitionBatch(partition, batch(numbered(3..<4)))]))
            try subject.expectEqual(
                try subject.readAll(partition).map(\.record), numbered(0..<1) + numbered(2..<4), "what is visible")
            for writer in [first, other, second] { writer.close() }
        },
        ConformanceCase("a turn's committed epoch is the last one that a transaction carried") { subject in
            let turns = try subject.topic("turn", partitions: 3)
            let out = try subject.topic("out")[0]
            let writer = try subject.log.makeWriter("slot-0")
            defer { writer.close() }
            try subject.expectEqual(try subject.log.committedEpochs(of: turns), [:], "the epochs before any")
            _ = try writer.commit(Transaction(turns: [turns[0]: Epoch(1)]))
            _ = try writer.commit(
                Transaction(batches: [PartitionBatch(out, batch(numbered(0..<1)))], turns: [turns[0]: Epoch(2), turns[2]: Epoch(7)]))
            try subject.expectEqual(
                try subject.log.committedEpochs(of: turns), [turns[0]: Epoch(2), turns[2]: Epoch(7)], "the epochs")
        },
        ConformanceCase("writers on several threads interleave without loss, each in its own order") { subject in
            let parts = try subject.topic("threads", partitions: 2)
            let writers = 4
            let rounds = 25
            let failures = Mutex<[String]>([])
            let log = subject.log
            DispatchQueue.concurrentPerform(iterations: writers) { number in
                do {
                    let writer = try log.makeWriter("slot-\(number)")
                    defer { writer.close() }
                    for round in 0..<rounds {
                        let record = Record(key: [UInt8(number)], value: [UInt8(round)], time: EventTime(milliseconds: 1))
                        _ = try writer.commit(Transaction(batches: parts.map { PartitionBatch($0, batch([record, record])) }))
                    }
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
            try subject.expectEqual(failures.withLock { $0 }, [], "the writers' failures")
            for partition in parts {
                let found = try subject.read(partition, count: writers * rounds * 2)
                for number in 0..<writers {
                    let own = found.filter { $0.record.key == [UInt8(number)] }.compactMap { $0.record.value?.first }
                    try subject.expectEqual(own, (0..<rounds).flatMap { [UInt8($0), UInt8($0)] }, "the order of writer \(number)")
                }
            }
        },
    ]
}
