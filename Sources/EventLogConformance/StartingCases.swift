internal import EventLog
internal import StreamCore

extension EventLogConformance {
    /// Where reading begins.
    public static let starting: [ConformanceCase] = [
        ConformanceCase("bounds and the starts earliest, latest and offset follow what is committed") { subject in
            let partition = try subject.topic("starts")[0]
            let empty = try subject.log.bounds(of: partition)
            try subject.expect(empty.start == empty.committed && empty.committed == empty.end, "an empty partition has bounds \(empty)")
            _ = try subject.log.append([PartitionBatch(partition, batch(numbered(0..<6)))])
            let all = try subject.read(partition, count: 6)
            let bounds = try subject.log.bounds(of: partition)
            try subject.expectEqual(bounds.start, all[0].offset, "the start")
            try subject.expect(bounds.committed > all[5].offset && bounds.end >= bounds.committed, "the bounds are \(bounds)")
            try subject.expectEqual(try subject.log.resolve(.earliest, in: partition), bounds.start, "earliest")
            try subject.expectEqual(try subject.log.resolve(.latest, in: partition), bounds.committed, "latest")
            try subject.expectEqual(try subject.log.resolve(.offset(all[3].offset), in: partition), all[3].offset, "offset")
            try subject.expectFailure(.outOfRange, "an offset beyond the end") {
                _ = try subject.log.resolve(.offset(bounds.end.advanced(by: 10)), in: partition)
            }
        },
        ConformanceCase("a time means the first record at or after it, or the end") { subject in
            let partition = try subject.topic("times")[0]
            for start in [0, 10, 20] { _ = try subject.log.append([PartitionBatch(partition, batch(numbered(start..<start + 10)))]) }
            let all = try subject.read(partition, count: 30)
            for number in [0, 1, 9, 10, 29] {
                try subject.expectEqual(
                    try subject.log.resolve(.time(all[number].record.time), in: partition), all[number].offset,
                    "the time of record \(number)")
            }
            try subject.expectEqual(
                try subject.log.resolve(.time(EventTime(milliseconds: 1)), in: partition), all[0].offset, "an early time")
            let end = try subject.log.resolve(.time(EventTime(milliseconds: 9_000_000)), in: partition)
            try subject.expect(end > all[29].offset, "a time after all records means \(end)")
        },
    ]
}
