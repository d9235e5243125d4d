internal import EventLog
internal import StreamCore

extension EventLogConformance {
    /// What goes, and what must stay.
    public static let cleaning: [ConformanceCase] = [
        ConformanceCase("purge moves the start, also into the middle of a batch, and keeps the rest") { subject in
            let partition = try subject.topic("purged")[0]
            for start in [0, 10] { _ = try subject.log.append([PartitionBatch(partition, batch(numbered(start..<start + 10)))]) }
            let all = try subject.read(partition, count: 20)
            for number in [10, 15, 3] {
                try subject.log.purge(partition, below: all[number].offset)
                let expected = max(number, number == 3 ? 15 : number)
                try subject.expectEqual(try subject.log.bounds(of: partition).start, all[expected].offset, "the start")
                try subject.expectEqual(try subject.readAll(partition).map(\.record), numbered(expected..<20), "what is left")
            }
            try subject.log.purge(partition, below: try subject.log.bounds(of: partition).committed)
            try subject.expectEqual(try subject.readAll(partition), [], "what is left after everything was purged")
            let offset = try subject.log.append([PartitionBatch(partition, batch(numbered(20..<21)))])[0]
            try subject.expect(offset > all[19].offset, "offset \(offset) was used twice")
        },
        ConformanceCase("retention by time drops what is older, and what is younger stays") { subject in
            let partition = try subject.topic("aging", cleanup: .retain(time: .seconds(60), bytes: nil))[0]
            _ = try subject.log.append([PartitionBatch(partition, batch(numbered(0..<10)))])
            guard try subject.fixture.maintain(subject.log, now: EventTime(milliseconds: 1_000_000 + 59_000)) else { return }
            try subject.expectEqual(try subject.readAll(partition).map(\.record), numbered(0..<10), "what is younger")
            let muchLater = EventTime(milliseconds: 10_000_000_000_000)
            _ = try subject.fixture.maintain(subject.log, now: muchLater)
            try subject.expectEqual(try subject.readAll(partition).map(\.record), [], "what is left of what is older")
        },
        ConformanceCase("retention by size drops the oldest until the partition fits") { subject in
            let partition = try subject.topic("sized", cleanup: .retain(time: nil, bytes: 20_000))[0]
            for start in 0..<40 {
                _ = try subject.log.append([PartitionBatch(partition, batch(numbered(start..<start + 1, valueSize: 1_000)))])
            }
            guard try subject.fixture.maintain(subject.log, now: EventTime(milliseconds: 2_000_000)) else { return }
            let left = try subject.readAll(partition).map(\.record)
            try subject.expect(left.count >= 10 && left.count <= 20, "\(left.count) records of 1 kB are left of 20 kB")
            try subject.expectEqual(left, numbered((40 - left.count)..<40, valueSize: 1_000), "what is left")
        },
        ConformanceCase("compaction keeps the last record of each key at its offset; readers cross the gaps") { subject in
            let partition = try subject.topic("compacted", cleanup: .compact(tombstones: .seconds(3_600)))[0]
            func record(_ key: String, _ value: String?) -> Record {
                Record(key: Array(key.utf8), value: value.map { Array($0.utf8) }, time: EventTime(milliseconds: 1))
            }
            for round in 0..<5 {
                let records = (0..<20).map { record("k\($0)", round == 3 && $0 < 5 ? nil : "v\(round)") }
                _ = try subject.log.append([PartitionBatch(partition, batch(Array(records[..<(round == 4 ? 10 : 20)])))])
            }
            let before = try subject.read(partition, count: 90)
            let tail = record("tail", String(repeating: "x", count: subject.fixture.compactionTail))
            _ = try subject.log.append([PartitionBatch(partition, batch([tail]))])
            guard try subject.fixture.maintain(subject.log, now: EventTime(milliseconds: 2)) else { return }
            var last: [[UInt8]?: Found] = [:]
            for found in before { last[found.record.key] = found }
            let after = try subject.readAll(partition).filter { $0.record.key != tail.key }
            try subject.expectEqual(after, last.values.sorted { $0.offset < $1.offset }, "what is left")
            let gap = try subject.read(partition, from: before[0].offset, count: 1)[0]
            try subject.expectEqual(gap, after[0], "the first record behind a gap")
        },
    ]
}
