internal import Dataflow
internal import Execution
internal import Sinks
internal import StreamCore
internal import StreamTesting
internal import Testing

/// A job that ends in a target outside the log: its rows are the log's records, each once, whatever happened on the way.
@Suite struct SinkTests {
    private let target = MemoryTarget()

    private func depot() async throws -> Depot {
        let job = SketchJob { [target] flow in
            let input = flow.from(Ports.input, decoding: { SampleDecoder() }).filtered("wanted") { $0.key != "unwanted" }
            input.written("rows", to: "memory") { target.makeWriter() }
            input.into(Ports.output, encoding: { SampleEncoder() })
        }
        return try await Depot(job, try JobHarness.bindings(of: job, partitions: Depot.partitions))
    }

    private func samples(_ numbers: Range<Int>) -> [Record] { numbers.map { Sample("k\($0 % 17)", $0, at: $0).record } }

    /// A crash ends what goes to the target too, which what is copied while it runs on would not.
    private func interrupted(_ depot: Depot, _ how: Depot.Interruption) async throws -> Depot {
        let isCrash = how == .crash || how == .crashWithoutState
        if isCrash { target.be(away: true) }
        defer { target.be(away: false) }
        return try await depot.interrupted(how)
    }

    private var numbers: [Int] { target.rows.map(\.number).sorted() }

    @Test(arguments: Depot.Interruption.allCases, [nil, .before, .after, .retriable] as [MemoryTarget.Fault?])
    func `rows are the log's records, each once, after any interruption`(
        how: Depot.Interruption, fault: MemoryTarget.Fault?
    ) async throws {
        var depot = try await depot()
        for round in 0..<5 {
            if let fault { target.fail(fault) }
            try depot.publish(samples(round * 200..<(round + 1) * 200), to: "input")
            if round % 2 == 0 { try await eventually("some rows are there") { target.rows.count > round * 200 } }
            depot = try await interrupted(depot, how)
        }
        try depot.publish([Sample("unwanted", 7, at: 2_000).record], to: "input")
        try await depot.settled()
        #expect(numbers == Array(0..<1_000), "\(Set(0..<1_000).subtracting(numbers).count) lost")
        #expect(try depot.records(of: "output").count == 1_000)
        await depot.stop()
    }

    @Test func `each key's rows are in the order of its records`() async throws {
        let depot = try await depot()
        target.fail(.before, .after)
        try depot.publish(samples(0..<2_000), to: "input")
        try await depot.settled()
        let byKey = Dictionary(grouping: target.rows, by: \.key)
        #expect(byKey.values.allSatisfy { $0.map(\.number) == $0.map(\.number).sorted() })
        await depot.stop()
    }

    @Test(arguments: Depot.Interruption.allCases) func `a row that is refused becomes one dead letter, and the others are written`(
        how: Depot.Interruption
    ) async throws {
        var depot = try await depot()
        for round in 0..<4 {
            let bad = [-1, -2].map { Sample("k\($0 + 3)", $0 - 10 * round, at: 0).record }
            try depot.publish(samples(round * 50..<round * 50 + 25) + bad + samples(round * 50 + 25..<(round + 1) * 50), to: "input")
            if round % 2 == 0 { try await eventually("some rows are there") { target.rows.count > round * 50 } }
            depot = try await interrupted(depot, how)
        }
        try await depot.settled()
        #expect(numbers == Array(0..<200))
        let letters = try depot.records(of: "input.dlq")
        #expect(try letters.map { try Sample(text: $0.text).number }.sorted() == [-32, -31, -22, -21, -12, -11, -2, -1])
        #expect(letters.allSatisfy { $0.headers["dlq.reason"]?.value == Array("it is negative (22003)".utf8) })
        await depot.stop()
    }

    @Test func `while the target is away its job waits, and then catches up by itself`() async throws {
        let depot = try await depot()
        try depot.publish(samples(0..<100), to: "input")
        try await depot.settled()
        target.be(away: true)
        try depot.publish(samples(100..<200), to: "input")
        try await eventually("the job waits") { try await depot.isWaiting }
        try depot.publish(samples(200..<300), to: "input")
        #expect(target.rows.count == 100)
        target.be(away: false)
        try await depot.settled()
        #expect(numbers == Array(0..<300))
        await depot.stop()
    }

    @Test func `a stage with a target keeps no state`() {
        let job = SketchJob { [target] flow in
            flow.from(Ports.input, decoding: { SampleDecoder() }).keyed("by-key", by: "key") { $0.key }
                .ordered("in-order", ties: \.number)
                .written("rows", to: "memory") { target.makeWriter() }
        }
        #expect(throws: GraphFailure.self) { try JobGraph(job, inletKeys: [:]) }
    }

    @Test func `rows may come through a shuffle`() async throws {
        let job = SketchJob { [target] flow in
            flow.from(Ports.input, decoding: { SampleDecoder() }).keyed("by-number", by: "number") { "\($0.number)" }
                .written("rows", to: "memory") { target.makeWriter() }
        }
        var depot = try await Depot(job, try JobHarness.bindings(of: job, partitions: Depot.partitions))
        for how in Depot.Interruption.allCases {
            target.fail(.after)
            try depot.publish(samples(0..<300), to: "input")
            depot = try await interrupted(depot, how)
        }
        let all = (0..<300).flatMap { number in Depot.Interruption.allCases.map { _ in number } }
        try await eventually("all rows are there") { target.rows.count >= all.count }
        try await depot.settled()
        #expect(numbers == all)
        await depot.stop()
    }
}
