internal import Dataflow
internal import StreamCore
internal import StreamTesting
internal import Testing
internal import Wire

@Suite struct GraphTests {
    private func failure(_ graph: @escaping @Sendable (Flow) -> Void) -> String {
        do throws(GraphFailure) {
            _ = try JobGraph(SketchJob(graph), inletKeys: [:])
            return "none"
        } catch {
            return error.description
        }
    }

    private func plan(_ keys: [String: String], _ partitions: [String: Int], _ graph: @escaping @Sendable (Flow) -> Void) throws -> PhysicalPlan {
        let job = SketchJob(graph)
        var bindings = try JobHarness.bindings(of: job, keys: keys)
        for (name, count) in partitions { bindings.inlets[name]?.topic.partitions = count }
        return try PhysicalPlan(try JobGraph(job, inletKeys: keys), bindings)
    }

    @Test func `an id used twice is refused by name`() {
        let text = failure { $0.samples.filtered("same") { _ in true }.filtered("same") { _ in true }.into(Ports.output, encoding: { SampleEncoder() }) }
        #expect(text.contains("two steps have the id same"))
    }

    @Test func `an inlet read twice is refused with what to do`() {
        let text = failure { flow in
            flow.samples.into(Ports.output, encoding: { SampleEncoder() })
            flow.samples.into(Ports.late, encoding: { SampleEncoder() })
        }
        #expect(text.contains("inlet input is read twice"))
    }

    @Test func `ordering what a step with state emitted is refused`() {
        let text = failure { flow in
            flow.samples.keyed("keys", by: "key") { $0.key }.processed("relay") { _ in Relay() }.keyed("again", by: "key") { $0.key }
                .ordered("too-late", ties: \.number).processed("relay2") { _ in Relay() }.into(Ports.output, encoding: { SampleEncoder() })
        }
        #expect(text.contains("too-late"))
        #expect(text.contains("relay"))
    }

    @Test func `a stream that meets what follows from it is refused`() {
        let text = failure { flow in
            let keyed = flow.samples.keyed("keys", by: "key") { $0.key }
            let again = keyed.processed("relay") { _ in Relay() }.keyed("again", by: "other") { $0.key }
            keyed.joined("loop", with: again, before: .zero, after: .zero) { a, _ in a }.into(Ports.output, encoding: { SampleEncoder() })
        }
        #expect(text.contains("feed each other"))
    }

    @Test func `unbound and unknown ports are named, all at once, with the nearest name`() throws {
        let job = SketchJob { $0.samples.into(Ports.output, encoding: { SampleEncoder() }) }
        let graph = try JobGraph(job, inletKeys: [:])
        let bindings = JobBindings(inlets: ["inputs": .init(.init("t", partitions: 1))], outlets: [:])
        let failure = #expect(throws: GraphFailure.self) { try PhysicalPlan(graph, bindings) }
        #expect(failure?.description.contains("inlet input is bound to no topic") == true)
        #expect(failure?.description.contains("there is no inlet inputs; did you mean input?") == true)
        #expect(failure?.description.contains("outlet output is bound to no topic") == true)
    }

    @Test func `a topic keyed by the same field needs no shuffle, and the first step that keys names the stage`() throws {
        let plan = try plan(["input": "key"], ["input": 4]) { flow in
            let keyed = flow.samples.keyed("users", by: "key") { $0.key }.processed("relay") { _ in Relay() }
            keyed.keyed("later", by: "key") { $0.key }.processed("relay2") { _ in Relay() }.into(Ports.output, encoding: { SampleEncoder() })
        }
        #expect(plan.stages.map(\.logical.id) == ["users"])
        #expect(plan.stages.map(\.tasks) == [4])
        #expect(!plan.topics.contains { $0.purpose == .repartition })
    }

    @Test func `two shuffled streams meet over a topic each, as wide as the widest`() throws {
        let plan = try plan([:], ["input": 4, "other": 8]) { flow in
            let rights = flow.others.keyed("rights", by: "key") { $0.key }
            flow.samples.keyed("lefts", by: "key") { $0.key }.joined("pairs", with: rights, before: .zero, after: .zero) { a, _ in a }
                .into(Ports.output, encoding: { SampleEncoder() })
        }
        #expect(plan.stages.map(\.logical.id) == ["other", "input", "lefts"])
        #expect(plan.stages.last?.tasks == 8)
        #expect(plan.stages.last?.writers == ["lefts": 4, "rights": 8])
        #expect(Set(plan.topics.filter { $0.purpose == .repartition }.map(\.name)) == ["sketch.lefts.repartition", "sketch.rights.repartition"])
    }

    @Test func `a shuffle is as wide as the inlet it meets, and inlets that meet must agree`() throws {
        let graph: @Sendable (Flow) -> Void = { flow in
            let rights = flow.others.keyed("rights", by: "key") { $0.key }
            flow.samples.keyed("lefts", by: "key") { $0.key }.joined("pairs", with: rights, before: .zero, after: .zero) { a, _ in a }
                .into(Ports.output, encoding: { SampleEncoder() })
        }
        let one = try plan(["input": "key"], ["input": 4, "other": 8], graph)
        #expect(one.topics.first { $0.purpose == .repartition }?.partitions == 4)
        #expect(throws: GraphFailure.self) { try plan(["input": "key", "other": "key"], ["input": 4, "other": 8], graph) }
    }

    @Test func `a shuffle behind a stage has a dead-letter topic of its own`() throws {
        let plan = try plan(["input": "key"], [:]) { flow in
            flow.samples.keyed("first", by: "key") { $0.key }.processed("relay") { _ in Relay() }.keyed("second", by: "number") { $0.number }
                .processed("relay2") { _ in RelayByNumber() }.into(Ports.output, encoding: { SampleEncoder() })
        }
        #expect(plan.topics.contains { $0.name == "sketch.second.dlq" && $0.purpose == .deadLetters })
    }

    @Test func `settings are checked all at once, each with its place`() {
        var reader = SettingsReader([
            "window": SettingValue(.scalar("soon"), at: "x.yaml:3:3"), "thresold": SettingValue(.scalar("2"), at: "x.yaml:4:3"),
            "limit": SettingValue(.scalar("11"), at: "x.yaml:5:3"), "list": SettingValue(.list(["1s", "no"]), at: "x.yaml:6:3"),
        ])
        #expect(reader.duration("window", default: .seconds(1)) == .seconds(1))
        #expect(reader.integer("threshold", default: 1, in: 0...10) == 1)
        #expect(reader.integer("limit", default: 5, in: 0...10) == 5)
        _ = reader.durations("list", default: [])
        let failure = #expect(throws: SettingsFailure.self) { try reader.finish() }
        let lines = failure?.description.split(separator: "\n") ?? []
        #expect(lines.count == 4)
        #expect(lines.contains { $0.hasPrefix("x.yaml:4:3") && $0.contains("did you mean threshold?") })
        #expect(lines.contains { $0.hasPrefix("x.yaml:3:3: window takes a duration") })
    }
}

/// Hands each sample on, by number.
struct RelayByNumber: KeyedProcess {
    mutating func process(_ sample: Sample, of key: Int, at time: EventTime, into out: inout Output<Sample>) throws(StageFailure) {
        out.emit(sample, at: time)
    }
}
