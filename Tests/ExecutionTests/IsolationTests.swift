internal import Dataflow
internal import Execution
internal import StreamCore
internal import StreamTesting
internal import Synchronization
internal import Testing

/// Hands samples on, but cannot stand one key as long as it is poisoned.
private struct Squeamish: KeyedProcess {
    let poison: Poison

    mutating func process(_ sample: Sample, of key: String, at time: EventTime, into out: inout Output<Sample>) throws(StageFailure) {
        if sample.key == Poison.key, poison.isThere { throw StageFailure("judging \(key): poisoned", blame: .job) }
        out.emit(sample, at: time)
    }
}

private final class Poison: Sendable {
    static let key = "poison"
    private let state = Atomic<Bool>(true)
    var isThere: Bool { state.load(ordering: .acquiring) }
    func remove() { state.store(false, ordering: .releasing) }

    func job() -> SketchJob {
        SketchJob { flow in
            flow.from(Ports.input, decoding: { SampleDecoder() }, timedBy: \.time)
                .keyed("tasks", by: "key") { $0.key }
                .processed("squeamish") { _ in Squeamish(poison: self) }
                .into(Ports.output, encoding: { SampleEncoder() })
        }
    }
}

@Suite struct IsolationTests {
    private static let partitions = 4
    private static let poisoned = Partitioner.partition(of: Array(Poison.key.utf8), among: partitions).index
    /// A key of each partition but the poisoned one.
    private static let others = (0..<partitions).filter { $0 != poisoned }.compactMap { partition in
        (0..<1_000).map { "k\($0)" }.first { Partitioner.partition(of: Array($0.utf8), among: partitions).index == partition }
    }

    private func samples(_ range: Range<Int>) -> [Sample] {
        range.flatMap { number in IsolationTests.others.map { Sample($0, number, at: 1_000 + number) } }
    }

    private func tasks(_ world: World) async throws -> [TaskSnapshot] {
        try await world.engine.snapshot(of: "sketch").stages.flatMap(\.tasks)
    }

    @Test(arguments: [1, 2]) func `while a task that threw waits, the others' outputs do not pause`(slots: Int) async throws {
        let poison = Poison()
        let world = try await World(
            poison.job(), partitions: IsolationTests.partitions,
            bind: {
                $0.attempts = 1_000
                $0.parallelism = slots
            },
            tune: {
                $0.slots = slots
                // Longer than any test: it is still waiting whenever the others are looked at.
                $0.firstBackoff = .init(.seconds(3_600))
                $0.longestBackoff = .init(.seconds(3_600))
            })
        try world.publish(samples(0..<50) + [Sample(Poison.key, 0, at: 1_000)])
        try await eventually("the poisoned task waits") { try await tasks(world)[IsolationTests.poisoned].condition == .backingOff }

        try world.publish(samples(50..<500))
        try await eventually("the others have handed on everything") {
            try world.records(of: "output").count == 500 * IsolationTests.others.count
        }
        let after = try await tasks(world)
        #expect(after[IsolationTests.poisoned].condition == .backingOff)
        #expect(after[IsolationTests.poisoned].failures == 1)
        for task in after where task.task.partition.index != IsolationTests.poisoned {
            #expect(task.generation == Generation(1), "\(task.task) was started again")
            #expect(task.failures == 0)
        }
        await world.stop()
    }

    @Test func `a task that throws restarts alone, and goes on where it was once it can`() async throws {
        let poison = Poison()
        let world = try await World(
            poison.job(), partitions: IsolationTests.partitions, bind: { $0.attempts = 1_000_000 }, tune: { $0.failuresToQuarantine = .max }
        )
        let own = (0..<20).map { Sample(Poison.key, $0, at: 1_000 + $0) }
        try world.publish(samples(0..<100) + own)
        try await eventually("the poisoned task has been started again, and again") {
            try await tasks(world)[IsolationTests.poisoned].failures >= 3
        }
        try world.publish(samples(100..<200))
        try await eventually("the others have handed on everything") {
            try world.records(of: "output").count == 200 * IsolationTests.others.count
        }
        poison.remove()
        let all = 200 * IsolationTests.others.count + own.count
        try await eventually("its own records have left") { try world.records(of: "output").count >= all }
        try await world.settled()
        #expect(try world.records(of: "output").count == all)
        for task in try await tasks(world) where task.task.partition.index != IsolationTests.poisoned {
            #expect(task.generation == Generation(1), "\(task.task) was started again")
        }
        await world.stop()
    }
}
