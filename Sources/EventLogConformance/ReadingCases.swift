internal import EventLog
internal import StreamCore

extension EventLogConformance {
    /// What a reader sees, and when it is told.
    public static let reading: [ConformanceCase] = [
        ConformanceCase("a reader that has read everything gets nothing, is at the end, and is woken by what comes") { subject in
            let partition = try subject.topic("follow")[0]
            _ = try subject.log.append([PartitionBatch(partition, batch(numbered(0..<3)))])
            let wakes = CallCount()
            let reader = try subject.log.makeReader { wakes.add() }
            defer { reader.close() }
            try reader.assign(partition, from: .zero)
            var seen = 0
            while seen < 3 { seen += try subject.eventually("the first records") { try reader.next(partition, upTo: 1 << 20) }.count }
            try subject.expect(try reader.next(partition, upTo: 1 << 20) == nil, "something came after the end")
            _ = try subject.eventually("the end") { try reader.isAtEnd(partition) ? true : nil }
            for number in 3..<6 {
                let before = wakes.value
                _ = try subject.log.append([PartitionBatch(partition, batch(numbered(number..<number + 1)))])
                _ = try subject.eventually("the wake for record \(number)") { wakes.value > before ? true : nil }
                let next = try subject.eventually("record \(number)") { try reader.next(partition, upTo: 1 << 20) }
                try subject.expectEqual(next.records, numbered(number..<number + 1), "what came")
                try subject.expect(try reader.next(partition, upTo: 1 << 20) == nil, "something came after the end")
            }
        },
        ConformanceCase("a reader in front of unread records is not at the end") { subject in
            let partition = try subject.topic("unread")[0]
            let reader = try subject.log.makeReader {}
            defer { reader.close() }
            try reader.assign(partition, from: .zero)
            _ = try subject.eventually("the end of an empty partition") { try reader.isAtEnd(partition) ? true : nil }
            _ = try subject.log.append([PartitionBatch(partition, batch(numbered(0..<3)))])
            _ = try subject.eventually("that it is not at the end") { try reader.isAtEnd(partition) ? nil : true }
        },
        ConformanceCase("a reader may start inside a batch, move, and read several partitions at their own pace") { subject in
            let parts = try subject.topic("seek", partitions: 2)
            for partition in parts { _ = try subject.log.append([PartitionBatch(partition, batch(numbered(0..<10)))]) }
            let all = try subject.read(parts[0], count: 10)
            let reader = try subject.log.makeReader {}
            defer { reader.close() }
            try reader.assign(parts[0], from: all[6].offset)
            try reader.assign(parts[1], from: .zero)
            func first(_ partition: TopicPartition) throws -> Record {
                try subject.eventually("a record of \(partition)") { try reader.next(partition, upTo: 1) }.record(0)
            }
            try subject.expectEqual(try first(parts[0]), all[6].record, "the record at the start")
            try subject.expectEqual(try first(parts[1]), all[0].record, "the first record of the other partition")
            try reader.assign(parts[0], from: all[2].offset)
            try subject.expectEqual(try first(parts[0]), all[2].record, "the record after a move")
            reader.unassign(parts[1])
            try reader.assign(parts[1], from: all[9].offset)
            try subject.expectEqual(try first(parts[1]), all[9].record, "the record after a new assignment")
        },
        ConformanceCase("reading below the start or beyond the end is out of range, not a reset") { subject in
            let partition = try subject.topic("range")[0]
            _ = try subject.log.append([PartitionBatch(partition, batch(numbered(0..<10)))])
            let all = try subject.read(partition, count: 10)
            try subject.log.purge(partition, below: all[5].offset)
            func read(from offset: Offset) throws {
                let reader = try subject.log.makeReader {}
                defer { reader.close() }
                try reader.assign(partition, from: offset)
                _ = try subject.eventually("a failure") { try reader.next(partition, upTo: 1) }
            }
            try subject.expectFailure(.outOfRange, "reading below the start") { try read(from: all[0].offset) }
            try subject.expectFailure(.outOfRange, "reading beyond the end") { try read(from: all[9].offset.advanced(by: 1_000)) }
        },
        ConformanceCase("two readers of one partition do not disturb each other") { subject in
            let partition = try subject.topic("two")[0]
            _ = try subject.log.append([PartitionBatch(partition, batch(numbered(0..<4)))])
            for _ in 0..<2 {
                try subject.expectEqual(try subject.read(partition, count: 4).map(\.record), numbered(0..<4), "what one read")
            }
        },
    ]
}
