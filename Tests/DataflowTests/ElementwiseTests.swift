internal import Dataflow
internal import StreamCore
internal import StreamTesting
internal import Testing
internal import Wire

@Suite struct ElementwiseTests {
    @Test func `elements are filtered, mapped and multiplied in their order`() throws {
        let harness = try JobHarness(SketchJob { flow in
            flow.samples.filtered("even") { $0.number % 2 == 0 }
                .mapped("named") { sample throws(StageFailure) in "\(sample.number)" }
                .flatMapped("twice") { text throws(StageFailure) in [text, text + "'"] }
                .into(Ports.texts, encoding: { TextEncoder() })
        })
        try harness.send((0..<5).map { Sample("a", $0, at: $0).record }, to: "input")
        #expect(harness.texts(from: "texts") == ["0", "0'", "2", "2'", "4", "4'"])
        #expect(harness.received(from: "texts").map(\.time.microseconds) == [0, 0, 2, 2, 4, 4])
    }

    @Test func `one stream feeds several steps`() throws {
        let harness = try JobHarness(SketchJob { flow in
            let samples = flow.samples
            samples.filtered("low") { $0.number < 2 }.into(Ports.output, encoding: { SampleEncoder() })
            samples.filtered("high") { $0.number >= 2 }.into(Ports.late, encoding: { SampleEncoder() })
        })
        try harness.send((0..<4).map { Sample("a", $0, at: $0).record }, to: "input")
        #expect(harness.received(from: "output").count == 2)
        #expect(harness.received(from: "late").count == 2)
    }

    @Test func `a process sends beside its main stream into the outlets it named`() throws {
        struct Sorting: KeyedProcess {
            let odd: SideOutlet<Sample>
            mutating func process(
                _ sample: Sample, of key: String, at time: EventTime, into out: inout Output<Sample>
            ) throws(StageFailure) {
                if sample.number % 2 == 0 { out.emit(sample, at: time) } else { odd.emit(sample, at: time) }
            }
        }
        let harness = try JobHarness(SketchJob { flow in
            flow.samples.keyed("sorted", by: "key") { $0.key }
                .processed("sort", alsoInto: [Ports.late]) { Sorting(odd: $0.outlet(Ports.late, encoding: SampleEncoder())) }
                .into(Ports.output, encoding: { SampleEncoder() })
        })
        try harness.send((0..<5).map { Sample("a", $0, at: $0).record }, to: "input")
        try harness.finish()
        #expect(harness.received(from: "output").count == 3)
        #expect(harness.received(from: "late").count == 2)
    }

    @Test func `a record that cannot be decoded becomes a dead letter and the others go on`() throws {
        let harness = try JobHarness(SketchJob { $0.samples.into(Ports.output, encoding: { SampleEncoder() }) })
        let bad = Record("nonsense", key: "k", at: EventTime(microseconds: 3))
        try harness.send([Sample("a", 1, at: 1).record, bad, Sample("a", 2, at: 2).record], to: "input")
        #expect(harness.texts(from: "output") == ["a:1:1", "a:2:2"])
        let letter = try #require(harness.deadLetters.first)
        #expect((letter.key, letter.value ?? [], letter.time) == (bad.key, bad.value ?? [], bad.time))
        let headers = Dictionary(uniqueKeysWithValues: letter.headers.map { ($0.name, String(decoding: $0.value ?? [], as: UTF8.self)) })
        #expect(headers["dlq.topic"] == "input")
        #expect(headers["dlq.offset"] == "1")
        #expect(headers["dlq.job"] == "sketch")
        #expect(headers["dlq.reason"] == "no sample: nonsense")
        #expect(headers["dlq.attempts"] == "1")
    }

    @Test func `a tombstone says nothing and harms nothing`() throws {
        let harness = try JobHarness(SketchJob { $0.samples.into(Ports.output, encoding: { SampleEncoder() }) })
        try harness.send([Record(key: [1], value: nil, time: EventTime(microseconds: 1)), Sample("a", 2, at: 2).record], to: "input")
        #expect(harness.texts(from: "output") == ["a:2:2"])
        #expect(harness.deadLetters.isEmpty)
    }

    @Test(arguments: [Int.max, Int.min, Int.max - 5, Int.min + 5]) func `an event time at the ends of time is a dead letter, not a crash`(time: Int) throws {
        let harness = try JobHarness(SketchJob { flow in
            flow.samples.keyed("keys", by: "key") { $0.key }.windowed(.tumbling(.seconds(1))).aggregated("counts", by: Count())
                .into(Ports.texts, encoding: { TextEncoder() })
        })
        try harness.send([Sample("a", 1, at: 1).record, Sample("a", 2, at: time).record, Sample("a", 3, at: 2).record], to: "input")
        try harness.finish()
        #expect(harness.deadLetters.count == 1)
        #expect(harness.texts(from: "texts").count == 1)
    }

    @Test func `what a step throws names the record`() throws {
        let harness = try JobHarness(SketchJob { flow in
            flow.samples.mapped("picky") { sample throws(StageFailure) in
                if sample.number == 2 { throw StageFailure("weighing: too heavy", blame: .job) }
                return sample
            }.into(Ports.output, encoding: { SampleEncoder() })
        })
        let failure = #expect(throws: StageFailure.self) {
            try harness.send((0..<4).map { Sample("a", $0, at: $0).record }, to: "input")
        }
        #expect(failure?.reason == "weighing: too heavy, at record 2 of input")
    }
}
