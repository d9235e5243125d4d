internal import Dataflow
internal import EventLog
internal import Execution
internal import KeyedState
internal import Savepoints
internal import StreamCore
internal import StreamTesting
internal import Synchronization
internal import Testing
internal import Wire

/// A restore makes state and place what they were, and everything after it follows from that.
@Suite struct SavepointTests {
    private let first = samples(51, count: 60)
    private let second = samples(52, count: 40, keys: 9)

    private func counts(_ world: World) async throws -> [String: JSON] {
        let (rows, _) = try await world.engine.rows(of: "counts", job: "sketch", prefix: "", limit: 100)
        return Dictionary(uniqueKeysWithValues: rows.map { ($0.row.key, $0.row.value) })
    }

    private func totals(_ samples: [Sample]) -> [String: JSON] {
        Dictionary(grouping: samples, by: \.key).mapValues { .integer(Int64($0.count)) }
    }

    /// The samples in order, behind a shuffle.
    private static let shuffledOrdering = SketchJob { flow in
        flow.from(Ports.input, decoding: { SampleDecoder() }, timedBy: \.time)
            .keyed("ordered", by: "other") { $0.key }
            .ordered("in-order", ties: \.number, late: Ports.late, encoding: { SampleEncoder() })
            .processed("relay") { _ in Relay() }
            .into(Ports.output, encoding: { SampleEncoder() })
    }

    /// A world that has counted the first samples, kept a savepoint, and counted the second ones.
    private func counted(_ job: SketchJob) async throws -> (world: World, savepoint: Savepoint) {
        let world = try await World(job, partitions: 2)
        try world.publish(first)
        try await world.settled()
        try await eventually("the first are counted") { try await counts(world) == totals(first) }
        let savepoint = try await world.engine.savepoint(of: "sketch")
        try world.publish(second)
        try await world.settled()
        try await eventually("all are counted") { try await counts(world) == totals(first + second) }
        return (world, savepoint)
    }

    @Test(arguments: [false, true])
    func `a restore with positions kept brings the state back, also after a crash without the state directory`(
        shuffled: Bool
    ) async throws {
        var (world, savepoint) = try await counted(shuffled ? Jobs.shuffling : Jobs.counting)
        try await world.engine.pause("sketch")
        try await world.engine.restore(savepoint, keepingPositions: true)
        #expect(try await counts(world) == totals(first))
        for isWiped in [false, true] {
            world = try await world.crashed(wipingState: isWiped)
            try await world.settled()
            #expect(try await counts(world) == totals(first))
        }
        try world.publish(second)
        try await eventually("what came after it counts") { try await counts(world) == totals(first + second) }
        await world.stop()
    }

    @Test(arguments: [false, true]) func `a restore reads again what came since, and counts it once`(shuffled: Bool) async throws {
        var (world, savepoint) = try await counted(shuffled ? Jobs.shuffling : Jobs.counting)
        let sent = try world.texts().count
        try await world.engine.pause("sketch")
        try await world.engine.restore(savepoint)
        #expect(try await counts(world) == totals(first))
        try await world.engine.resume("sketch")
        try await eventually("what came since is counted again") { try await counts(world) == totals(first + second) }
        try await world.settled()
        #expect(try world.texts().count == sent + second.count)
        world = try await world.crashed()
        try await world.settled()
        #expect(try await counts(world) == totals(first + second))
        await world.stop()
    }

    @Test func `what a shuffle held for a task that does not run is in the savepoint, and counts once`() async throws {
        let gate = Gate()
        let world = try await World(Gate.counting(behind: gate), partitions: 2)
        try world.publish(first)
        try await eventually("all are on their way") {
            try world.records(of: "sketch.counts.repartition").filter { $0.key != nil && $0.value != nil }.count >= first.count
        }
        let savepoint = try await world.engine.savepoint(of: "sketch")
        #expect(savepoint.tasks.flatMap(\.inFlight).flatMap(\.batches).reduce(0) { $0 + $1.count } >= first.count)
        gate.isOpen.withLock { $0 = true }
        try await world.engine.restart("sketch")
        try await eventually("all are counted") { (try? await counts(world)) == totals(first) }
        try await world.settled()
        try await world.engine.pause("sketch")
        try await world.engine.restore(savepoint)
        #expect(try await counts(world) == [:])
        try await world.engine.resume("sketch")
        try await eventually("all are counted again") { try await counts(world) == totals(first) }
        try world.publish(second)
        try await eventually("and once") { try await counts(world) == totals(first + second) }
        try await world.settled()
        #expect(try await counts(world) == totals(first + second))
        await world.stop()
    }

    @Test(arguments: [false, true]) func `a savepoint made in the midst of work counts everything once`(shuffled: Bool) async throws {
        let world = try await World(shuffled ? Jobs.shuffling : Jobs.counting, partitions: 2, tune: { $0.readBytes = 1_000 })
        let all = samples(54, count: 4_000)
        for start in stride(from: 0, to: 4_000, by: 20) { try world.publish(Array(all[start..<start + 20])) }
        var savepoints: [Savepoint] = []
        for _ in 0..<3 { savepoints.append(try await world.engine.savepoint(of: "sketch")) }
        for savepoint in savepoints {
            try await eventually("all are counted") { try await counts(world) == totals(all) }
            try await world.settled()
            try await world.engine.pause("sketch")
            try await world.engine.restore(savepoint)
            try await world.engine.resume("sketch")
        }
        try await eventually("all are counted again") { try await counts(world) == totals(all) }
        try await world.settled()
        #expect(try await counts(world) == totals(all))
        await world.stop()
    }

    @Test(arguments: [false, true]) func `a restore of what an ordering buffer held lets it leave in order`(shuffled: Bool) async throws {
        let job = shuffled ? SavepointTests.shuffledOrdering : Jobs.ordering
        let world = try await World(job, bind: { $0.inlets["input"]?.settings.lateness = .init(microseconds: 120) })
        let all = samples(53, count: 120, spread: 100)
        try world.publish(Array(all[..<60]))
        try await world.settled()
        let savepoint = try await world.engine.savepoint(of: "sketch")
        let kept = try world.texts("output").count
        try world.publish(all[60...] + [Sample("end", 1_000, at: 5_000)])
        try await eventually("all have left") { try world.texts("output").count >= 120 }
        try await world.settled()
        let once = try world.texts("output")
        try await world.engine.pause("sketch")
        try await world.engine.restore(savepoint)
        try await world.engine.resume("sketch")
        try await eventually("what followed has left again") { try world.texts("output").count >= 240 - kept }
        try await world.settled()
        #expect(try world.texts("output") == once + once[kept...])
        #expect(try world.records(of: "late").isEmpty)
        await world.stop()
    }

    @Test func `a difference names what was added, removed and changed`() async throws {
        let (world, savepoint) = try await counted(Jobs.counting)
        let found = try await world.engine.differences(of: "counts", since: savepoint, limit: 100)
        let (before, after) = (totals(first), totals(first + second))
        #expect(found.added == after.keys.filter { before[$0] == nil }.count)
        #expect(found.removed == 0)
        #expect(found.changed == before.keys.filter { before[$0] != after[$0] }.count)
        for row in found.rows {
            let key = row.after?.key ?? ""
            #expect(row.before?.value == before[key])
            #expect(row.after?.value == after[key])
        }
        let few = try await world.engine.differences(of: "counts", since: savepoint, limit: 1)
        #expect(few.rows.count == 1)
        #expect(few.total == found.total)
        await world.stop()
    }

    @Test func `a running job is not restored`() async throws {
        let (world, savepoint) = try await counted(Jobs.counting)
        let failure = await #expect(throws: EngineFailure.self) { try await world.engine.restore(savepoint) }
        #expect(failure?.description.contains("jobs pause sketch") == true)
        #expect(try await counts(world) == totals(first + second))
        await world.stop()
    }

    @Test func `a job of another layout is not restored and keeps what it has`() async throws {
        let (world, savepoint) = try await counted(Jobs.counting)
        await world.stop()
        let other = try await World(Jobs.counting, partitions: 3)
        try other.publish(first)
        try await other.settled()
        try await other.engine.pause("sketch")
        let failure = await #expect(throws: EngineFailure.self) { try await other.engine.restore(savepoint) }
        #expect(failure?.kind == .refused)
        #expect(failure?.description.contains("had 2 tasks and has 3") == true)
        #expect(try await counts(other) == totals(first))
        await other.stop()
    }

    @Test func `a restore whose commit fails leaves everything as it was`() async throws {
        let (world, savepoint) = try await counted(Jobs.counting)
        try await world.engine.pause("sketch")
        world.log.failNext(.before)
        await #expect(throws: EngineFailure.self) { try await world.engine.restore(savepoint) }
        #expect(try await counts(world) == totals(first + second))
        try await world.engine.resume("sketch")
        try world.publish(first)
        try await eventually("it goes on") { try await counts(world) == totals(first + second + first) }
        await world.stop()
    }

    @Test func `a savepoint that stands at records no longer kept is refused`() async throws {
        let (world, savepoint) = try await counted(Jobs.counting)
        for number in 0..<2 {
            let partition = TopicPartition("input", Partition(number))
            try world.log.purge(partition, below: try world.log.bounds(of: partition).end)
        }
        try await world.engine.pause("sketch")
        let failure = await #expect(throws: EngineFailure.self) { try await world.engine.restore(savepoint) }
        #expect(failure?.description.contains("--keep-positions") == true)
        try await world.engine.restore(savepoint, keepingPositions: true)
        #expect(try await counts(world) == totals(first))
        await world.stop()
    }
}

/// Holds a task up: it fails at each record until the gate is opened.
private final class Gate: Sendable {
    let isOpen = Mutex(false)

    static func counting(behind gate: Gate) -> SketchJob {
        SketchJob { flow in
            flow.from(Ports.input, decoding: { SampleDecoder() }, timedBy: \.time)
                .keyed("counts", by: "other") { $0.key }
                .processed("count") { Gated(gate: gate, counting: Counting(counts: $0.state.value("counts"))) }
                .into(Ports.texts, encoding: { TextEncoder(keyedBy: { String($0.prefix(2)) }) })
        }
    }

    struct Gated: KeyedProcess {
        let gate: Gate
        var counting: Counting
        mutating func process(_ sample: Sample, of key: String, at time: EventTime, into out: inout Output<String>) throws(StageFailure) {
            guard gate.isOpen.withLock({ $0 }) else { throw StageFailure("the gate is closed", blame: .system) }
            try counting.process(sample, of: key, at: time, into: &out)
        }
    }
}
