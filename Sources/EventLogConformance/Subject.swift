internal import EventLog
internal import StreamCore
internal import Synchronization

/// A log under test with the small tools that cases are told in.
final class Subject {
    private(set) var log: any EventLog
    let fixture: any LogFixture
    private let sentence: String

    init(_ log: any EventLog, _ fixture: any LogFixture, _ sentence: String) {
        self.log = log
        self.fixture = fixture
        self.sentence = sentence
    }

    /// Closes the log and opens it again.
    func reopen() throws {
        log.close()
        log = try fixture.open()
    }

    /// Creates a topic and returns its partitions.
    func topic(
        _ word: String, partitions: Int = 1, cleanup: TopicSpec.Cleanup = .retain(time: nil, bytes: nil)
    ) throws -> [TopicPartition] {
        let spec = TopicSpec(fixture.topicName(word), partitions: partitions, cleanup: cleanup)
        let differences = try log.ensure([spec])
        try expect(differences.isEmpty, "a new topic differs from what was declared: \(differences)")
        return (0..<partitions).map { TopicPartition(spec.name, Partition($0)) }
    }

    func expect(_ condition: Bool, _ seen: @autoclosure () -> String) throws {
        if !condition { throw ConformanceFailure(sentence, seen()) }
    }

    func expectEqual<Value: Equatable>(_ seen: Value, _ wanted: Value, _ what: String) throws {
        try expect(seen == wanted, "\(what) is \(seen), not \(wanted)")
    }

    /// Expects `body` to fail in that way.
    func expectFailure(_ kind: LogFailure.Kind, _ what: String, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let failure as LogFailure {
            try expectEqual(failure.kind, kind, "the failure of \(what) (\(failure))")
            try expect(!failure.reason.isEmpty, "the failure of \(what) has no reason")
            return
        }
        throw ConformanceFailure(sentence, "\(what) did not fail")
    }

    /// Looks until `body` has an answer.
    func eventually<Answer>(_ what: String, _ body: () throws -> Answer?) throws -> Answer {
        for _ in 0..<max(1, fixture.patience) {
            if let answer = try body() { return answer }
            fixture.pause()
        }
        throw ConformanceFailure(sentence, "\(what) did not appear")
    }

    /// The first `count` records of a partition from `offset`, with their offsets.
    func read(_ partition: TopicPartition, from offset: Offset? = nil, count: Int, upTo bytes: Int = 1 << 20) throws -> [Found] {
        let reader = try log.makeReader {}
        defer { reader.close() }
        try reader.assign(partition, from: offset ?? log.resolve(.earliest, in: partition))
        var found: [Found] = []
        while found.count < count {
            let batch = try eventually("record \(found.count) of \(count) in \(partition)") { try reader.next(partition, upTo: bytes) }
            try expect(!batch.isEmpty, "an empty batch was handed out")
            for index in 0..<batch.count {
                try expect(found.last.map { $0.offset < batch.offset(index) } ?? true, "offset \(batch.offset(index)) came out of order")
                found.append(Found(offset: batch.offset(index), record: batch.record(index)))
            }
        }
        return found
    }

    /// Everything in a partition now.
    func readAll(_ partition: TopicPartition) throws -> [Found] {
        let reader = try log.makeReader {}
        defer { reader.close() }
        try reader.assign(partition, from: try log.resolve(.earliest, in: partition))
        var found: [Found] = []
        for _ in 0..<max(1, fixture.patience) {
            while let batch = try reader.next(partition, upTo: 1 << 20) {
                for index in 0..<batch.count { found.append(Found(offset: batch.offset(index), record: batch.record(index))) }
            }
            if try reader.isAtEnd(partition) { return found }
            fixture.pause()
        }
        throw ConformanceFailure(sentence, "the end of \(partition) was not reached")
    }
}

/// A record where it was found.
struct Found: Equatable {
    let offset: Offset
    let record: Record
}

/// Records `from ..< to` told apart by key, value and time.
func numbered(_ range: Range<Int>, valueSize: Int = 8) -> [Record] {
    range.map { number in
        Record(
            key: Array("key-\(number)".utf8), value: Array("\(number)-".utf8) + [UInt8](repeating: 0x78, count: valueSize),
            time: EventTime(milliseconds: Int64(1_000_000 + number)))
    }
}

func batch(_ records: [Record]) -> RecordBatch {
    var builder = BatchBuilder()
    for record in records { builder.append(record) }
    return builder.finish()
}

/// Counts calls from any thread.
final class CallCount: Sendable {
    private let count = Mutex(0)
    var value: Int { count.withLock { $0 } }
    func add() { count.withLock { $0 += 1 } }
}
