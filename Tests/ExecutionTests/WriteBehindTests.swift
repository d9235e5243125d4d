internal import Execution
internal import StreamCore
internal import StreamTesting
internal import Testing

@Suite struct WriteBehindTests {
    @Test func `a slot that always has an epoch in flight is written behind and evicted all the same`() async throws {
        let world = try await World(
            Jobs.counting,
            tune: {
                $0.epochEvery = .init(microseconds: 0)
                $0.epochChanges = 1
                $0.readBytes = 1
                $0.stateMemory = 10_000
                $0.writeBehindBytes = 2_000
            })
        let all = samples(41, count: 3_000, keys: 3_000)
        try world.publish(all)
        try await eventually("all are counted") { try world.texts().count >= 3_000 }
        try await eventually("what is held is near the budget") {
            try await world.engine.snapshot(of: "sketch").stages[0].tasks[0].memory < 600_000
        }
        #expect(try world.texts().sorted() == counted(all))
        await world.stop()
    }

    @Test func `what was written behind is flushed, so that a crash replays little`() async throws {
        let flushed = Counter()
        let world = try await World(
            Jobs.counting,
            tune: {
                $0.writeBehindEvery = .init(microseconds: 1_000)
                $0.fault = { if $0 == .flushed { _ = flushed.add() } }
            })
        try world.publish(samples(42, count: 100))
        try await eventually("all are counted") { try world.texts().count >= 100 }
        try await eventually("the state was flushed") { flushed.value > 0 }
        await world.stop()
    }
}
