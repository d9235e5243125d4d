internal import Dataflow
internal import EventLog
internal import Execution
internal import KeyedState
internal import StreamCore
internal import StreamTesting
internal import Synchronization
internal import Testing
internal import Wire

@Suite struct EngineTests {
    @Test(arguments: [1, 4]) func `records in are results out, each once`(partitions: Int) async throws {
        let world = try await World(Jobs.counting, partitions: partitions)
        let all = samples(1, count: 500)
        for start in stride(from: 0, to: 500, by: 37) { try world.publish(Array(all[start..<min(500, start + 37)])) }
        try await eventually("all results are there") { try world.texts().count >= 500 }
        #expect(try world.texts().sorted() == counted(all))
        await world.stop()
    }

    @Test(arguments: [1, 3]) func `a shuffle changes nothing, though its topics were empty when it started`(partitions: Int) async throws {
        let world = try await World(Jobs.shuffling, partitions: partitions)
        try await eventually("the job stands idle") { try await world.engine.snapshot(of: "sketch").condition == .running }
        let all = samples(2, count: 300)
        try world.publish(Array(all[..<120]))
        try await eventually("the first results are there") { try world.texts().count >= 120 }
        try world.publish(Array(all[120...]))
        try await eventually("all results are there") { try world.texts().count >= 300 }
        #expect(try world.texts().sorted() == counted(all))
        await world.stop()
    }

    @Test func `a writer that had nothing to wait for holds the watermark again once it has`() async throws {
        let job = SketchJob { flow in
            flow.from(Ports.input, decoding: { SampleDecoder() }, timedBy: \.time).keyed("ordered", by: "other") { $0.key }
                .ordered("in-order", ties: \.number).processed("relay") { _ in Relay() }.into(Ports.output, encoding: { SampleEncoder() })
        }
        let world = try await World(job, partitions: 2)
        try await eventually("marks of idleness have been written") {
            let ends = try (0..<2).map { try world.log.bounds(of: TopicPartition("sketch.ordered.repartition", Partition($0))).end.number }
            return ends.allSatisfy { $0 >= 2 }
        }
        let all = samples(3, count: 60, keys: 8)
        try world.publish(all)
        // Both partitions have moved on to the newest record but one; what is older leaves in order.
        try await eventually("the ordered records have left") { try world.records(of: "output").count >= 40 }
        await world.stop()
    }

    @Test func `rows are committed values, and name their task and epoch`() async throws {
        let world = try await World(Jobs.counting, partitions: 3)
        let all = samples(4, count: 200)
        try world.publish(all)
        try await eventually("all results are there") { try world.texts().count >= 200 }
        for key in Set(all.map(\.key)) {
            let expected = Int64(all.count { $0.key == key })
            try await eventually("the row of \(key) is what was counted") {
                let (row, task, epoch) = try await world.engine.row(key, of: "counts", job: "sketch")
                return row?.value == .integer(expected) && epoch > .none
                    && task?.partition == Partitioner.partition(of: Array(key.utf8), among: 3)
            }
        }
        let (rows, hasMore) = try await world.engine.rows(of: "counts", job: "sketch", prefix: "k", limit: 3)
        #expect(rows.count == 3)
        #expect(hasMore)
        let none = try await world.engine.row("nobody", of: "counts", job: "sketch")
        #expect(none.row == nil)
        let failure = await #expect(throws: EngineFailure.self) { try await world.engine.row("k", of: "count", job: "sketch") }
        #expect(failure?.description.contains("did you mean counts?") == true)
        await world.stop()
    }

    @Test func `rows can be asked for while records stream through`() async throws {
        let world = try await World(Jobs.counting)
        let all = samples(5, count: 4_000)
        try world.publish(Array(all[..<10]))
        let stopped = Atomic<Bool>(false)
        async let feeding: Void = {
            var at = 10
            while at < all.count, !stopped.load(ordering: .relaxed) {
                try world.publish(Array(all[at..<min(all.count, at + 10)]))
                at += 10
                await Task.yield()
            }
        }()
        for _ in 0..<20 { _ = try await world.engine.row("k1", of: "counts", job: "sketch") }
        stopped.store(true, ordering: .relaxed)
        try await feeding
        await world.stop()
    }

    @Test func `a record that cannot be processed becomes a dead letter after so many tries, and the others flow`() async throws {
        let tries = Counter()
        let job = SketchJob { flow in
            flow.from(Ports.input, decoding: { SampleDecoder() }, timedBy: \.time).keyed("picky", by: "key") { $0.key }
                .processed("refuse") { _ in Picky(tries: tries) }
                .into(Ports.output, encoding: { SampleEncoder() })
        }
        let world = try await World(job, partitions: 2, bind: { $0.attempts = 4 })
        let all = samples(6, count: 100)
        try world.publish(all)
        try await eventually("all but one have left") { try world.records(of: "output").count >= 99 }
        #expect(Set(try world.records(of: "output").map(\.text)) == Set(all.filter { $0.number != 50 }.map(\.text)))
        #expect(tries.value == 4)
        let letters = try world.records(of: "input.dlq", partitions: 1)
        #expect(letters.map(\.text) == [all[50].text])
        let headers = letters[0].headers
        #expect(headers["dlq.attempts"]?.value.map { String(decoding: $0, as: UTF8.self) } == "4")
        #expect(headers["dlq.reason"]?.value.map { String(decoding: $0, as: UTF8.self) } == "refusing 50")
        try await world.settled()
        let snapshot = try await world.engine.snapshot(of: "sketch")
        #expect(snapshot.stages.flatMap(\.tasks).reduce(0) { $0 + $1.deadLetters } == 1)
        await world.stop()
    }

    @Test func `poison behind a shuffle becomes a dead letter too`() async throws {
        let job = SketchJob { flow in
            flow.from(Ports.input, decoding: { SampleDecoder() }, timedBy: \.time).keyed("picky", by: "other") { $0.key }
                .processed("refuse") { _ in Picky(tries: Counter()) }
                .into(Ports.output, encoding: { SampleEncoder() })
        }
        let world = try await World(job)
        try world.publish(samples(6, count: 100))
        try await eventually("all but one have left") { try world.records(of: "output").count >= 99 }
        #expect(try world.records(of: "sketch.picky.dlq", partitions: 1).count == 1)
        await world.stop()
    }

    @Test func `poison in an ordering buffer is written as a dead letter once, though it is read again`() async throws {
        let job = SketchJob { flow in
            flow.from(Ports.input, decoding: { SampleDecoder() }, timedBy: \.time).keyed("picky", by: "key") { $0.key }
                .ordered("in-order", ties: \.number).processed("refuse") { _ in Picky(tries: Counter(), alsoOnce: 80) }
                .into(Ports.output, encoding: { SampleEncoder() })
        }
        let world = try await World(job, bind: { $0.inlets["input"]?.settings.lateness = .init(microseconds: 150) })
        let all = samples(7, count: 200, keys: 1)
        for sample in all { try world.publish([sample]) }
        try await eventually("what the watermark has passed has left") { try world.records(of: "output").count >= 148 }
        try await world.settled()
        #expect(try world.records(of: "input.dlq", partitions: 1).count == 1)
        #expect(try world.texts("output") == Array(all.filter { $0.number != 50 }.map(\.text).prefix(try world.texts("output").count)))
        await world.stop()
    }

    @Test func `a task that throws restarts alone`() async throws {
        let failing = Counter()
        let job = SketchJob { flow in
            flow.from(Ports.input, decoding: { SampleDecoder() }, timedBy: \.time).keyed("picky", by: "key") { $0.key }
                .processed("refuse") { _ in Picky(tries: failing) }.into(Ports.output, encoding: { SampleEncoder() })
        }
        let world = try await World(job, partitions: 2, bind: { $0.attempts = 1_000_000 }, tune: { $0.failuresToQuarantine = 5 })
        let all = samples(8, count: 200)
        try world.publish(all)
        let bad = Partitioner.partition(of: Array(all[50].key.utf8), among: 2)
        let others = all.filter { Partitioner.partition(of: Array($0.key.utf8), among: 2) != bad }
        try await eventually("the task is in quarantine") { try await world.engine.snapshot(of: "sketch").condition == .quarantined }
        try await eventually("the other task's records have left") { try world.records(of: "output").count >= others.count }
        let tasks = try await world.engine.snapshot(of: "sketch").stages[0].tasks
        #expect(tasks.first { $0.task.partition != bad }?.condition == .running)
        #expect(tasks.first { $0.task.partition == bad }?.lastFailure?.reason.contains("refusing 50") == true)
        await world.stop()
    }

    @Test func `a task long in quarantine holds back no stage behind it`() async throws {
        let job = SketchJob { flow in
            flow.from(Ports.input, decoding: { SampleDecoder() }, timedBy: \.time).keyed("picky", by: "key") { $0.key }
                .processed("refuse") { _ in Picky(tries: Counter()) }
                .keyed("together", by: "other") { $0.key }.ordered("in-order", ties: \.number)
                .into(Ports.output, encoding: { SampleEncoder() })
        }
        let world = try await World(
            job, partitions: 2,
            bind: { bindings in
                bindings.attempts = 1_000_000
                bindings.inlets["input"]?.settings.idleAfter = .init(microseconds: 1_000)
            },
            tune: { settings in
                settings.failuresToQuarantine = 2
                settings.quarantineHold = .init(microseconds: 10_000)
            })
        let all = samples(8, count: 200)
        try world.publish(all)
        let bad = Partitioner.partition(of: Array(all[50].key.utf8), among: 2)
        let others = all.filter { Partitioner.partition(of: Array($0.key.utf8), among: 2) != bad }
        try await eventually("the other task's records have left the ordering") { try world.records(of: "output").count >= others.count }
        try await eventually("its task is in quarantine") { try await world.engine.snapshot(of: "sketch").condition == .quarantined }
        await world.stop()
    }

    @Test func `a paused job reads nothing, a resumed one all of it, a restarted one goes on`() async throws {
        let world = try await World(Jobs.counting, partitions: 2)
        let all = samples(9, count: 90)
        try world.publish(Array(all[..<30]))
        try await eventually("the first are counted") { try world.texts().count >= 30 }
        try await world.engine.pause("sketch")
        #expect(try await world.engine.snapshot(of: "sketch").condition == .paused)
        try world.publish(Array(all[30..<60]))
        #expect(try world.texts().count == 30)
        try await world.engine.resume("sketch")
        try await eventually("the next are counted") { try world.texts().count >= 60 }
        try await world.engine.restart("sketch")
        try world.publish(Array(all[60...]))
        try await eventually("all are counted") { try world.texts().count >= 90 }
        #expect(try world.texts().sorted() == counted(all))
        await world.stop()
    }

    @Test func `more keys than the memory allows are counted right`() async throws {
        let world = try await World(
            Jobs.counting,
            tune: {
                $0.stateMemory = 4_000
                $0.writeBehindBytes = 1
                $0.writeBehindEvery = .init(microseconds: 1_000)
            })
        let all = samples(10, count: 4_000, keys: 700)
        for start in stride(from: 0, to: 4_000, by: 50) {
            try world.publish(Array(all[start..<start + 50]))
            if start % 500 == 0 { try await eventually("a part is counted") { try world.texts().count >= start } }
        }
        try await eventually("all are counted") { try world.texts().count >= 4_000 }
        #expect(try world.texts().sorted() == counted(all))
        await world.stop()
    }

    @Test func `a broadcast of several partitions is read whole before the first record`() async throws {
        let job = SketchJob { flow in
            flow.from(Ports.input, decoding: { SampleDecoder() }, timedBy: \.time).keyed("keys", by: "key") { $0.key }
                .processed("scaled", with: flow.broadcast(Ports.rules, decoding: { SampleDecoder() })) { _ in Summing() }
                .into(Ports.texts, encoding: { TextEncoder() })
        }
        let directory = try ScratchDirectory()
        func open() async throws -> World {
            try await World(job, partitions: 3, in: directory, bind: { $0.inlets["rules"]?.settings.readToEnd = true })
        }
        let world = try await open()
        try world.publish((0..<30).map { Sample("rule\($0)", 1, at: 0) }, to: "rules")
        try await eventually("the rules have been read") {
            let inlets = try await world.engine.snapshot(of: "sketch").stages[0].tasks.flatMap(\.inlets)
            return inlets.count == 12 && inlets.allSatisfy { $0.lag == 0 }
        }
        await world.stop()
        let copy = try directory.copy()
        let again = try await World(job, partitions: 3, in: copy, bind: { $0.inlets["rules"]?.settings.readToEnd = true })
        try again.publish(samples(11, count: 20))
        try await eventually("all have left") { try again.texts().count >= 20 }
        #expect(Set(try again.texts()) == ["30"])
        await again.stop()
    }

    @Test func `a silent partition's watermark follows the clock`() async throws {
        let world = try await World(Jobs.ordering, bind: { $0.inlets["input"]?.settings.idleAfter = .init(microseconds: 20_000) })
        try world.publish([Sample("a", 1, at: 1_000), Sample("a", 2, at: 2_000)])
        try await eventually("the last record leaves without another") { try world.records(of: "output").count == 2 }
        await world.stop()
    }

    @Test func `an event time beyond the clock is a dead letter and moves nothing`() async throws {
        let world = try await World(Jobs.ordering)
        let far = Sample("a", 2, at: 1_700_000_000_000_000 + 2 * 3_600_000_000)
        try world.publish([Sample("a", 1, at: 1_000), far, Sample("a", 3, at: 1_001), Sample("a", 4, at: 1_002)])
        try await eventually("the ordered ones have left") { try world.records(of: "output").count >= 2 }
        #expect(try world.texts("output") == ["a:1:1000", "a:3:1001"])
        #expect(try world.records(of: "input.dlq", partitions: 1).map(\.text) == [far.text])
        #expect(try world.records(of: "late").isEmpty)
        let again = try await world.crashed()
        try again.publish([Sample("a", 5, at: 1_003)])
        try await eventually("it goes on") { try again.records(of: "output").count >= 3 }
        #expect(try again.records(of: "input.dlq", partitions: 1).count == 1)
        await again.stop()
    }
}

final class Counter: Sendable {
    private let count = Atomic<Int>(0)
    var value: Int { count.load(ordering: .relaxed) }
    func add() -> Int { count.add(1, ordering: .relaxed).newValue }
}

/// Refuses the sample 50, and for the first time one other.
struct Picky: KeyedProcess {
    let tries: Counter
    var alsoOnce = -1
    private let others = Counter()
    init(tries: Counter, alsoOnce: Int = -1) { (self.tries, self.alsoOnce) = (tries, alsoOnce) }
    mutating func process(_ sample: Sample, of key: String, at time: EventTime, into out: inout Output<Sample>) throws(StageFailure) {
        if sample.number == 50 {
            _ = tries.add()
            throw StageFailure("refusing 50", blame: .job)
        }
        if sample.number == alsoOnce, Self.once(alsoOnce) { throw StageFailure("refusing \(alsoOnce) once", blame: .job) }
        out.emit(sample, at: time)
    }
    private static let seen = Mutex<Set<Int>>([])
    private static func once(_ number: Int) -> Bool { seen.withLock { $0.insert(number).inserted } }
}

/// Says what the rules sum up to.
struct Summing: BroadcastProcess {
    var sum = 0
    mutating func broadcast(_ rule: Sample, at time: EventTime) throws(StageFailure) { sum += rule.number }
    mutating func process(_ sample: Sample, of key: String, at time: EventTime, into out: inout Output<String>) throws(StageFailure) {
        out.emit("\(sum)", at: time)
    }
}
