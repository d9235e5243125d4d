internal import Dataflow
internal import KeyedState
internal import StreamCore
internal import StreamTesting
internal import Testing
internal import Wire

@Suite struct OrderingTests {
    static func job(shuffled: Bool) -> SketchJob {
        SketchJob { flow in
            flow.samples.keyed("keys", by: shuffled ? "other" : "key") { $0.key }
                .ordered("in-order", ties: \.number, late: Ports.late, encoding: { SampleEncoder() })
                .processed("seen") { _ in Relay() }
                .into(Ports.output, encoding: { SampleEncoder() })
        }
    }

    @Test(arguments: 0..<30, [true, false]) func `what leaves is sorted, and late is exactly what is older than the bound`(
        seed: UInt64, shuffled: Bool
    ) throws {
        let lateness = [0, 7, 25, 60][Int(seed % 4)]
        let samples = traffic(seed)
        let harness = try JobHarness(Self.job(shuffled: shuffled), lateness: ["input": micros(lateness)], keys: ["input": "key"])
        try harness.send(samples.map(\.record), to: "input", inBatchesOf: [1, 7, 1_000][Int(seed % 3)])
        try harness.finish()
        let (onTime, late) = split(samples, lateness: lateness)
        let expected = onTime.sorted { ($0.time, $0.number) < ($1.time, $1.number) }
        #expect(harness.texts(from: "output") == expected.map(\.text))
        #expect(harness.texts(from: "late") == late.map(\.text))
    }

    @Test func `nothing leaves before the watermark has passed it`() throws {
        let harness = try JobHarness(Self.job(shuffled: false), lateness: ["input": micros(10)], keys: ["input": "key"])
        try harness.send([Sample("a", 1, at: 100).record, Sample("a", 2, at: 110).record], to: "input")
        #expect(harness.texts(from: "output").isEmpty)
        try harness.send([Sample("a", 3, at: 111).record], to: "input")
        #expect(harness.texts(from: "output") == ["a:1:100"])
        try harness.advance(to: EventTime(microseconds: 110))
        #expect(harness.texts(from: "output") == ["a:1:100", "a:2:110"])
    }

    @Test func `a record that says nothing lets time pass, where its own time is what counts`() throws {
        let nothing = Record(key: Array("a".utf8), value: nil, time: EventTime(microseconds: 200))
        let untimed = SketchJob { flow in
            flow.from(Ports.input, decoding: { SampleDecoder() }).keyed("keys", by: "key") { $0.key }
                .ordered("in-order", ties: \.number).into(Ports.output, encoding: { SampleEncoder() })
        }
        for (job, said) in [(untimed, ["a:1:100"]), (Self.job(shuffled: false), [])] {
            let harness = try JobHarness(job, lateness: ["input": micros(10)], keys: ["input": "key"])
            try harness.send([Sample("a", 1, at: 100).record, nothing], to: "input")
            #expect(harness.texts(from: "output") == said)
        }
    }

    @Test(arguments: 0..<20) func `expiry in order goes by the records' own time, however they were batched`(seed: UInt64) throws {
        let samples = traffic(seed, keys: 3, spread: 10).map { Sample($0.key, $0.number, at: Int($0.time.microseconds) * 3) }
        func run(_ size: Int) throws -> [String] {
            let harness = try JobHarness(
                SketchJob { flow in
                    flow.samples.keyed("keys", by: "key") { $0.key }.ordered("in-order", ties: \.number)
                        .processed("runs") { RunLength(count: $0.state.value("runs", ttl: .init(microseconds: 20))) }
                        .into(Ports.texts, encoding: { TextEncoder() })
                }, lateness: ["input": micros(60)], keys: ["input": "key"])
            try harness.send(samples.map(\.record), to: "input", inBatchesOf: size)
            try harness.finish()
            return harness.texts(from: "texts")
        }
        var last: [String: (time: Int64, count: Int)] = [:]
        let (onTime, _) = split(samples, lateness: 60)
        let expected = onTime.sorted { ($0.time, $0.number) < ($1.time, $1.number) }.map { sample in
            let known = last[sample.key].flatMap { sample.time.microseconds - $0.time < 20 ? $0.count : nil } ?? 0
            last[sample.key] = (sample.time.microseconds, known + 1)
            return "\(sample.number)=\(known + 1)"
        }
        for size in [1, 5, 1_000] { #expect(try run(size) == expected, "batches of \(size)") }
    }

    @Test(arguments: 0..<20) func `timers fire between the ordered records they lie between`(seed: UInt64) throws {
        let samples = traffic(seed, keys: 3, spread: 20)
        let harness = try JobHarness(
            SketchJob { flow in
                flow.samples.keyed("keys", by: "key") { $0.key }.ordered("in-order", ties: \.number)
                    .processed("echo") { EchoLater(timers: $0.state.timers("t")) }
                    .into(Ports.texts, encoding: { TextEncoder() })
            }, lateness: ["input": micros(30)], keys: ["input": "key"])
        try harness.send(samples.map(\.record), to: "input", inBatchesOf: 9)
        try harness.finish()
        let ordered = split(samples, lateness: 30).onTime.sorted { ($0.time, $0.number) < ($1.time, $1.number) }
        var lines: [(Int64, Int, String, String)] = ordered.map { ($0.time.microseconds, 0, "", "record \($0.number)") }
        for timer in Set(ordered.map { EchoLater.Due(key: $0.key, time: $0.time.microseconds + 15) }) {
            lines.append((timer.time, 1, timer.key, "timer \(timer.key)@\(timer.time)"))
        }
        let expected = lines.enumerated().sorted { a, b in
            (a.element.0, a.element.1, a.element.2, a.offset) < (b.element.0, b.element.1, b.element.2, b.offset)
        }.map(\.element.3)
        #expect(harness.texts(from: "texts") == expected)
    }
}

/// Hands each sample on.
struct Relay: KeyedProcess {
    mutating func process(_ sample: Sample, of key: String, at time: EventTime, into out: inout Output<Sample>) throws(StageFailure) {
        out.emit(sample, at: time)
    }
}

/// Counts a key's samples until its state has expired.
struct RunLength: KeyedProcess {
    let count: ValueState<String, Int>
    mutating func process(_ sample: Sample, of key: String, at time: EventTime, into out: inout Output<String>) throws(StageFailure) {
        let next = (try count.value(for: key) ?? 0) + 1
        try count.set(next, for: key)
        out.emit("\(sample.number)=\(next)", at: time)
    }
}

/// Says each sample, and 15 µs later says so.
struct EchoLater: KeyedProcess {
    struct Due: Hashable {
        let key: String
        let time: Int64
    }
    let timers: TimerState<String>?
    mutating func process(_ sample: Sample, of key: String, at time: EventTime, into out: inout Output<String>) throws(StageFailure) {
        out.emit("record \(sample.number)", at: time)
        timers?.set(Timer(key, at: time.advanced(by: .init(microseconds: 15))))
    }
    mutating func timerFired(_ timer: KeyedState.Timer<String>, into out: inout Output<String>) throws(StageFailure) {
        out.emit("timer \(timer.key)@\(timer.time.microseconds)", at: timer.time)
    }
}
