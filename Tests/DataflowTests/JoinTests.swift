internal import Dataflow
internal import KeyedState
internal import StreamCore
internal import StreamTesting
internal import Testing
internal import Wire

/// Reads table rows: a sample, or with an empty value the removal of the record's key.
struct RowDecoder: RecordDecoder {
    mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> TableRow<String, Int>? {
        let record = batch.record(index)
        let key = String(decoding: record.key ?? [], as: UTF8.self)
        return TableRow(key: key, value: record.value == nil ? nil : try Sample(text: record.text).number)
    }
}

@Suite struct JoinTests {
    static let rows = Inlet<TableRow<String, Int>>("rows")
    static let rules = Inlet<Sample>("rules")

    @Test(arguments: [true, false]) func `an element meets the row its key has by then`(shuffled: Bool) throws {
        let harness = try JobHarness(
            SketchJob { flow in
                let table = flow.from(Self.rows, decoding: { RowDecoder() }).keyed("table", by: "key") { $0.key }
                flow.samples.keyed("keys", by: "key") { $0.key }
                    .joined("met", withTable: table) { sample, row in row.map { "\(sample.number)+\($0)" } ?? "\(sample.number)" }
                    .into(Ports.texts, encoding: { TextEncoder() })
            }, keys: shuffled ? [:] : ["input": "key", "rows": "key"])
        try harness.send([Sample("a", 1, at: 1).record], to: "input")
        try harness.send([Sample("a", 70, at: 2).record, Sample("b", 80, at: 2).record], to: "rows")
        try harness.send([Sample("a", 2, at: 3).record, Sample("b", 3, at: 3).record], to: "input")
        try harness.send([Sample("a", 71, at: 4).record, Record(key: Array("b".utf8), value: nil, time: EventTime(microseconds: 4))], to: "rows")
        try harness.send([Sample("a", 4, at: 5).record, Sample("b", 5, at: 5).record], to: "input")
        #expect(harness.texts(from: "texts") == ["1", "2+70", "3+80", "4+71", "5"])
    }

    static func intervalJob(ordered: Bool) -> SketchJob {
        SketchJob { flow in
            let lefts = flow.samples.keyed("lefts", by: "key") { $0.key }
            let rights = flow.others.keyed("rights", by: "key") { $0.key }
            (ordered ? lefts.ordered("left-order", ties: \.number) : lefts)
                .joined(
                    "pairs", with: ordered ? rights.ordered("right-order", ties: \.number) : rights, before: micros(12), after: micros(7)
                ) { "\($0.number)+\($1.number)" }
                .into(Ports.texts, encoding: { TextEncoder() })
        }
    }

    @Test(arguments: 0..<24) func `pairs are exactly those within the interval`(seed: UInt64) throws {
        let (lefts, rights) = (traffic(seed), traffic(seed + 1_000))
        let expected = lefts.flatMap { left in
            rights.filter { right in
                right.key == left.key && right.time.microseconds >= left.time.microseconds - 12
                    && right.time.microseconds <= left.time.microseconds + 7
            }.map { "\(left.number)+\($0.number)" }
        }
        let keys = seed % 2 == 0 ? ["input": "key", "other": "key"] : [:]
        let harness = try JobHarness(
            Self.intervalJob(ordered: seed % 3 == 0), lateness: ["input": micros(60), "other": micros(60)], keys: keys)
        var random = SeededGenerator(seed: seed)
        var (l, r) = (0, 0)
        while l < lefts.count || r < rights.count {
            let count = Int.random(in: 1...20, using: &random)
            if random.chance(0.5) {
                try harness.send(lefts[l..<min(lefts.count, l + count)].map(\.record), to: "input")
                l = min(lefts.count, l + count)
            } else {
                try harness.send(rights[r..<min(rights.count, r + count)].map(\.record), to: "other")
                r = min(rights.count, r + count)
            }
        }
        try harness.finish()
        #expect(harness.texts(from: "texts").sorted() == expected.sorted())
    }

    @Test func `every task hears a broadcast before what is sent after it`() throws {
        let harness = try JobHarness(SketchJob { flow in
            flow.samples.keyed("keys", by: "key") { $0.key }
                .processed("scaled", with: flow.broadcast(Self.rules, decoding: { SampleDecoder() })) { _ in Scaled() }
                .into(Ports.texts, encoding: { TextEncoder() })
        }, keys: ["input": "key"])
        try harness.send([Sample("a", 3, at: 1).record], to: "input")
        try harness.send([Sample("factor", 10, at: 0).record], to: "rules")
        try harness.send([Sample("a", 4, at: 2).record, Sample("b", 5, at: 2).record], to: "input")
        #expect(harness.texts(from: "texts") == ["3", "40", "50"])
    }
}

/// Multiplies by what the rules said last.
struct Scaled: BroadcastProcess {
    var factor = 1
    mutating func broadcast(_ rule: Sample, at time: EventTime) throws(StageFailure) { factor = rule.number }
    mutating func process(_ sample: Sample, of key: String, at time: EventTime, into out: inout Output<String>) throws(StageFailure) {
        out.emit("\(sample.number * factor)", at: time)
    }
}
