internal import Dataflow
internal import StreamCore
internal import StreamTesting
internal import Testing
internal import Wire

/// The numbers in a window, as text.
struct Count: Aggregate {
    func empty() -> [Int] { [] }
    func add(_ element: Sample, to accumulator: inout [Int]) { accumulator.append(element.number) }
    func merge(_ a: [Int], _ b: [Int]) -> [Int] { a + b }
    func result(_ accumulator: [Int], of key: String, in window: Window) -> String {
        "\(key) \(window.start.microseconds)-\(window.end.microseconds) \(accumulator.sorted())"
    }
}

@Suite struct WindowTests {
    static func run(_ windows: Windows, _ samples: [Sample], lateness: Int, size: Int, ordered: Bool = false) throws -> JobHarness {
        let harness = try JobHarness(
            SketchJob { flow in
                let keyed = flow.samples.keyed("keys", by: "key") { $0.key }
                (ordered ? keyed.ordered("in-order", ties: \.number) : keyed).windowed(windows)
                    .aggregated("lists", by: Count(), late: Ports.late, encoding: { SampleEncoder() })
                    .into(Ports.texts, encoding: { TextEncoder() })
            }, lateness: ["input": micros(lateness)], keys: ["input": "key"])
        try harness.send(samples.map(\.record), to: "input", inBatchesOf: size)
        try harness.finish()
        return harness
    }

    static func aligned(_ samples: [Sample], size: Int, every: Int) -> [String] {
        var found: [String: [Int]] = [:]
        for sample in samples {
            let time = Int(sample.time.microseconds)
            for start in (time - size + 1)...time where start % every == 0 {
                found["\(sample.key) \(start)-\(start + size)", default: []].append(sample.number)
            }
        }
        return found.map { "\($0) \($1.sorted())" }.sorted()
    }

    static func sessions(_ samples: [Sample], gap: Int) -> [String] {
        var lines: [String] = []
        for (key, group) in Dictionary(grouping: samples, by: \.key) {
            var open: [Sample] = []
            func close() {
                guard let first = open.first, let last = open.last else { return }
                lines.append("\(key) \(first.time.microseconds)-\(Int(last.time.microseconds) + gap) \(open.map(\.number).sorted())")
            }
            for sample in group.sorted(by: { $0.time < $1.time }) {
                if let last = open.last, sample.time.microseconds > last.time.microseconds + Int64(gap) {
                    close()
                    open = []
                }
                open.append(sample)
            }
            close()
        }
        return lines.sorted()
    }

    @Test(arguments: 0..<20, [false, true]) func `tumbling windows hold what lies in them, whatever the order of arrival`(seed: UInt64, ordered: Bool) throws {
        let samples = traffic(seed, spread: 30)
        let harness = try Self.run(.tumbling(micros(25)), samples, lateness: 60, size: [1, 13, 500][Int(seed % 3)], ordered: ordered)
        let onTime = split(samples, lateness: 60).onTime
        #expect(onTime.count == samples.count)
        #expect(harness.texts(from: "texts").sorted() == Self.aligned(samples, size: 25, every: 25))
        #expect(harness.received(from: "late").isEmpty)
    }

    @Test(arguments: 0..<20) func `sliding windows hold what lies in them`(seed: UInt64) throws {
        let samples = traffic(seed, spread: 30)
        for (size, every) in [(30, 10), (25, 10), (10, 25)] {
            let harness = try Self.run(.sliding(micros(size), every: micros(every)), samples, lateness: 60, size: 13)
            #expect(harness.texts(from: "texts").sorted() == Self.aligned(samples, size: size, every: every))
            #expect(harness.received(from: "late").isEmpty)
        }
    }

    @Test(arguments: 0..<20) func `sessions last as long as the gaps allow`(seed: UInt64) throws {
        let samples = traffic(seed, keys: 12, spread: 30)
        let harness = try Self.run(.session(gap: micros(15)), samples, lateness: 60, size: [1, 13, 500][Int(seed % 3)])
        #expect(harness.texts(from: "texts").sorted() == Self.sessions(samples, gap: 15))
    }

    @Test func `windows before 1970 are aligned too`() throws {
        let samples = [-1, -24, -25, -26, 0].enumerated().map { Sample("a", $0.offset, at: $0.element) }
        let harness = try Self.run(.tumbling(micros(25)), samples, lateness: 100, size: 9)
        #expect(harness.texts(from: "texts").sorted() == Self.aligned(samples, size: 25, every: 25))
    }

    @Test func `a window leaves once, when the watermark has passed its last instant, and what comes after is late`() throws {
        let harness = try JobHarness(
            SketchJob { flow in
                flow.samples.keyed("keys", by: "key") { $0.key }.windowed(.tumbling(micros(10)))
                    .aggregated("lists", by: Count(), late: Ports.late, encoding: { SampleEncoder() })
                    .into(Ports.texts, encoding: { TextEncoder() })
            }, keys: ["input": "key"])
        try harness.send([Sample("a", 1, at: 12).record, Sample("a", 2, at: 19).record], to: "input")
        #expect(harness.texts(from: "texts").isEmpty)
        try harness.send([Sample("a", 3, at: 20).record], to: "input")
        #expect(harness.texts(from: "texts") == ["a 10-20 [1, 2]"])
        try harness.send([Sample("a", 4, at: 19).record], to: "input")
        try harness.finish()
        #expect(harness.texts(from: "texts") == ["a 10-20 [1, 2]", "a 20-30 [3]"])
        #expect(harness.texts(from: "late") == ["a:4:19"])
    }
}
