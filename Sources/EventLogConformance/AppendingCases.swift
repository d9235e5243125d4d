internal import EventLog
internal import StreamCore

extension EventLogConformance {
    /// What comes out is what went in.
    public static let appending: [ConformanceCase] = [
        ConformanceCase("appended records are read in order, byte for byte, with keys, headers, times, null keys and tombstones") {
            subject in
            let partition = try subject.topic("bytes")[0]
            let records = [
                Record(key: Array("a".utf8), value: [0, 255, 10, 13], headers: [], time: EventTime(milliseconds: 1_700_000_000_000)),
                Record(key: nil, value: Array("{}".utf8), headers: [Header("trace", "1")], time: EventTime(milliseconds: 0)),
                Record(
                    key: [], value: [], headers: [Header("n", nil), Header("n", [0]), Header("", [])], time: EventTime(milliseconds: 5)),
                Record(key: Array("a".utf8), value: nil, headers: [Header("why", "deleted")], time: EventTime(milliseconds: 4)),
                Record(key: nil, value: nil, headers: [], time: EventTime(milliseconds: 1_900_000_000_000)),
            ]
            let offsets = try subject.log.append([PartitionBatch(partition, batch(records))])
            let found = try subject.read(partition, count: records.count)
            try subject.expectEqual(found.map(\.record), records, "what was read")
            try subject.expectEqual(offsets, [found[0].offset], "the offset that append returned")
        },
        ConformanceCase("batches of one call to several partitions keep their order and say where each begins") { subject in
            let parts = try subject.topic("several", partitions: 3)
            let sent = [(1, 0..<3), (0, 3..<5), (1, 5..<9), (2, 9..<10)]
            let offsets = try subject.log.append(sent.map { PartitionBatch(parts[$0.0], batch(numbered($0.1))) })
            let inOne = try subject.read(parts[1], count: 7)
            try subject.expectEqual(inOne.map(\.record), numbered(0..<3) + numbered(5..<9), "partition 1")
            try subject.expectEqual([offsets[0], offsets[2]], [inOne[0].offset, inOne[3].offset], "the offsets in partition 1")
            try subject.expectEqual(try subject.read(parts[0], count: 2).map(\.record), numbered(3..<5), "partition 0")
            try subject.expectEqual(try subject.read(parts[2], count: 1)[0].offset, offsets[3], "the offset in partition 2")
        },
        ConformanceCase("an empty batch changes nothing and has an offset") { subject in
            let partition = try subject.topic("empty")[0]
            try subject.expectEqual(try subject.log.append([PartitionBatch(partition, batch([]))]).count, 1, "the number of offsets")
            try subject.expectEqual(try subject.log.append([]), [], "the offsets of nothing")
            _ = try subject.log.append([PartitionBatch(partition, batch([])), PartitionBatch(partition, batch(numbered(0..<2)))])
            try subject.expectEqual(try subject.readAll(partition).map(\.record), numbered(0..<2), "what was read")
        },
        ConformanceCase("values of a megabyte pass whole") { subject in
            let partition = try subject.topic("large")[0]
            // Kafka's default limit for a message is a megabyte with its overhead.
            let records = (0..<3).map { number in
                Record(
                    key: [UInt8(number)], value: (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ number) },
                    time: EventTime(milliseconds: 7))
            }
            for record in records { _ = try subject.log.append([PartitionBatch(partition, batch([record]))]) }
            let found = try subject.read(partition, count: 3, upTo: 1_000).map(\.record)
            try subject.expect(found == records, "a large value came back changed")
        },
        ConformanceCase("many small appends are all read, in order, however few bytes are asked for") { subject in
            let partition = try subject.topic("small")[0]
            for number in 0..<200 { _ = try subject.log.append([PartitionBatch(partition, batch(numbered(number..<number + 1)))]) }
            try subject.expectEqual(try subject.read(partition, count: 200, upTo: 1).map(\.record), numbered(0..<200), "read by one byte")
            try subject.expectEqual(try subject.read(partition, count: 200).map(\.record), numbered(0..<200), "read by a megabyte")
        },
    ]
}
