internal import Sinks
internal import StreamCore

/// The cases, without the type of what they are tried on.
protocol SinkTrying {
    func leavesOutWhatIsUnknown() throws
    func writesTogether() throws
    func doesNothingTwice() throws
    func refusesAStepFromElsewhere() throws
    func staysWhereItIs() throws
    func isTakenOver() throws
    func fences() throws
    func asksAgain() throws
    func keepsTasksApart() throws
    func movesWithoutRows() throws
    func namesRefusedRows() throws
    func settlesTheUnknown() throws
    func comesBack() throws
    func takesManyRows() throws
}

/// One case on one fixture.
struct SinkTrial<Fixture: SinkFixture>: SinkTrying {
    private let sentence: String
    private let fixture: Fixture
    private let left = TopicPartition("left", Partition(0))
    private let right = TopicPartition("right", Partition(0))

    init(_ sentence: String, _ fixture: Fixture) {
        self.sentence = sentence
        self.fixture = fixture
    }

    func leavesOutWhatIsUnknown() throws {
        var writer = fixture.makeWriter()
        try expect(try positions(&writer, owner(1)), [:])
        try write([], &writer, owner(1), [(left, nil, 5)])
        try expect(try positions(&writer, owner(1)), [left: 5])
    }

    func writesTogether() throws {
        var writer = fixture.makeWriter()
        _ = try positions(&writer, owner(1))
        try write([1, 2], &writer, owner(1), [(left, nil, 2), (right, nil, 7)])
        try write([3], &writer, owner(1), [(left, 2, 3)])
        try expect(try fixture.numbers().sorted(), [1, 2, 3])
        try expect(try positions(&writer, owner(1)), [left: 3, right: 7])
    }

    func doesNothingTwice() throws {
        var writer = fixture.makeWriter()
        _ = try positions(&writer, owner(1))
        for _ in 0..<2 {
            let outcome = try kind { try write([1], &writer, owner(1), [(left, nil, 1)]) }
            if let outcome { try expect(outcome, .moved) }
        }
        try expect(try fixture.numbers(), [1])
    }

    func refusesAStepFromElsewhere() throws {
        var writer = fixture.makeWriter()
        _ = try positions(&writer, owner(1))
        try write([1], &writer, owner(1), [(left, nil, 10), (right, nil, 10)])
        for moves in [[(left, 9, 12)], [(left, nil, 12)], [(left, 10, 12), (right, 11, 12)]] as [[(TopicPartition, Int64?, Int64)]] {
            try expect(try kind { try write([2], &writer, owner(1), moves) }, .moved)
        }
        try expect(try fixture.numbers(), [1])
        try expect(try positions(&writer, owner(1)), [left: 10, right: 10])
    }

    func staysWhereItIs() throws {
        var (writer, later) = (fixture.makeWriter(), fixture.makeWriter())
        _ = try positions(&writer, owner(1))
        try write([1], &writer, owner(1), [(left, nil, 10), (right, nil, 7)])
        try write([], &writer, owner(1), [(left, 10, 10), (right, 7, 7)])
        try expect(try kind { try write([], &writer, owner(1), [(left, 10, 10), (right, 8, 8)]) }, .moved)
        try expect(try positions(&later, owner(2)), [left: 10, right: 7])
        try expectStale(try kind { try write([], &writer, owner(1), [(left, 10, 10)]) })
        try expect(try fixture.numbers(), [1])
    }

    func isTakenOver() throws {
        var (first, second) = (fixture.makeWriter(), fixture.makeWriter())
        _ = try positions(&first, owner(1))
        try write([1], &first, owner(1), [(left, nil, 1)])
        try expect(try positions(&second, owner(2)), [left: 1])
        try write([2], &second, owner(2), [(left, 1, 2)])
        try expect(try fixture.numbers().sorted(), [1, 2])
    }

    func fences() throws {
        var (first, second) = (fixture.makeWriter(), fixture.makeWriter())
        _ = try positions(&first, owner(1))
        try write([1], &first, owner(1), [(left, nil, 1)])
        _ = try positions(&second, owner(2))
        try expectStale(try kind { try write([2], &first, owner(1), [(left, 1, 2)]) })
        try write([3], &second, owner(2), [(left, 1, 2)])
        try expectStale(try kind { try write([4], &first, owner(1), [(left, 2, 3)]) })
        try expectStale(try kind { _ = try positions(&first, owner(1)) })
        try expect(try fixture.numbers().sorted(), [1, 3])
        try expect(try positions(&second, owner(2)), [left: 2])
    }

    func asksAgain() throws {
        var writer = fixture.makeWriter()
        _ = try positions(&writer, owner(3))
        try write([1], &writer, owner(3), [(left, nil, 1)])
        try expect(try positions(&writer, owner(3)), [left: 1])
        try write([2], &writer, owner(3), [(left, 1, 2)])
        try expect(try fixture.numbers().sorted(), [1, 2])
    }

    func keepsTasksApart() throws {
        var (first, second) = (fixture.makeWriter(), fixture.makeWriter())
        let (a, b) = (owner(5, of: 0), owner(1, of: 1))
        let other = TopicPartition("left", Partition(1))
        _ = try positions(&first, a)
        try expect(try asked([other], &second, b), [:])
        try write([1], &first, a, [(left, nil, 1)])
        try write([2], &second, b, [(other, nil, 4)])
        try expect(try positions(&first, a), [left: 1])
        try expect(try asked([other], &second, b), [other: 4])
        try expect(try fixture.numbers().sorted(), [1, 2])
    }

    func movesWithoutRows() throws {
        var writer = fixture.makeWriter()
        _ = try positions(&writer, owner(1))
        try write([], &writer, owner(1), [(left, nil, 100)])
        try expect(try positions(&writer, owner(1)), [left: 100])
    }

    func namesRefusedRows() throws {
        guard let bad = fixture.refusedRow(-1), let worse = fixture.refusedRow(-2) else { return }
        var writer = fixture.makeWriter()
        _ = try positions(&writer, owner(1))
        var rows = (0..<50).map { fixture.row($0) }
        rows[7] = bad
        rows[49] = worse
        let step = step(owner(1), [(left, nil, 50)])
        guard case .refused(let refused) = try kind({ try writer.write(rows, step) }) else { throw deviation("they were not refused") }
        try expect(refused.map(\.index).sorted(), [7, 49])
        try expect(try fixture.numbers(), [])
        try expect(try positions(&writer, owner(1)), [:])
        try writer.write(rows.indices.filter { $0 != 7 && $0 != 49 }.map { rows[$0] }, step)
        try expect(try fixture.numbers().count, 48)
    }

    func settlesTheUnknown() throws {
        var writer = fixture.makeWriter()
        _ = try positions(&writer, owner(1))
        try write([1], &writer, owner(1), [(left, nil, 1)])
        guard fixture.loseNextAnswer() else { return }
        try expect(try kind { try write([2], &writer, owner(1), [(left, 1, 2)]) }, .unknown)
        // Whether the target is done with it or about to be: a step from before it never doubles it.
        _ = try kind { try write([2], &writer, owner(1), [(left, 1, 2)]) }
        try expect(try positions(&writer, owner(1)), [left: 2])
        try expect(try fixture.numbers().sorted(), [1, 2])
    }

    func comesBack() throws {
        var writer = fixture.makeWriter()
        _ = try positions(&writer, owner(1))
        try write([1], &writer, owner(1), [(left, nil, 1)])
        guard fixture.beAway(true) else { return }
        for _ in 0..<2 { try expect(try kind { try write([2], &writer, owner(1), [(left, 1, 2)]) }, .unavailable) }
        try expect(try kind { _ = try positions(&writer, owner(1)) }, .unavailable)
        _ = fixture.beAway(false)
        try expect(try positions(&writer, owner(2)), [left: 1])
        try write([2], &writer, owner(2), [(left, 1, 2)])
        try expect(try fixture.numbers().sorted(), [1, 2])
    }

    func takesManyRows() throws {
        var writer = fixture.makeWriter()
        _ = try positions(&writer, owner(1))
        try write(Array(0..<20_000), &writer, owner(1), [(left, nil, 20_000)])
        try expect(try fixture.numbers().count, 20_000)
    }

    private func owner(_ generation: Int64, of partition: Int = 0) -> SinkOwner {
        SinkOwner(TaskID(job: "trial", stage: "rows", partition: Partition(partition)), Generation(generation))
    }

    private func positions(_ writer: inout Fixture.Writer, _ owner: SinkOwner) throws -> [TopicPartition: Int64] {
        try asked([left, right], &writer, owner)
    }

    private func asked(
        _ partitions: [TopicPartition], _ writer: inout Fixture.Writer, _ owner: SinkOwner
    ) throws -> [TopicPartition: Int64] {
        try writer.positions(of: partitions, for: owner).mapValues(\.number)
    }

    private func write(
        _ numbers: [Int], _ writer: inout Fixture.Writer, _ owner: SinkOwner, _ moves: [(TopicPartition, Int64?, Int64)]
    ) throws {
        try writer.write(numbers.map { fixture.row($0) }, step(owner, moves))
    }

    private func step(_ owner: SinkOwner, _ moves: [(TopicPartition, Int64?, Int64)]) -> SinkStep {
        SinkStep(owner, moves.map { SinkStep.Move($0.0, from: $0.1.map { Offset($0) }, to: Offset($0.2)) })
    }

    /// How the target failed; `nil` where it did not.
    private func kind(_ body: () throws -> Void) throws -> SinkFailure.Kind? {
        do {
            try body()
            return nil
        } catch let failure as SinkFailure {
            return failure.kind
        }
    }

    private func expectStale(_ kind: SinkFailure.Kind?) throws {
        guard kind == .moved || kind == .fenced else { throw deviation("\(kind.map { "\($0)" } ?? "it was done")") }
    }

    private func expect<Value: Equatable>(_ seen: Value, _ expected: Value) throws {
        if seen != expected { throw deviation("\(seen), not \(expected)") }
    }

    private func deviation(_ seen: String) -> SinkDeviation { SinkDeviation(sentence, seen) }
}
