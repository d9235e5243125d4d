internal import Execution
internal import StreamCore
internal import StreamTesting
internal import Synchronization
internal import Testing

/// Publishes a record whenever an epoch is about to commit, so that the next one is due the moment this one has committed.
private final class Feeder: Sendable {
    private struct State {
        var world: World?
        var fed = 0
        var fedAtFirstWrite: Int?
    }

    private let state = Mutex(State())
    static let limit = 400

    func begin(_ world: World) { state.withLock { $0.world = world } }

    func passed(_ point: FaultPoint) {
        switch point {
        case .committing:
            let (world, number) = state.withLock { state -> (World?, Int) in
                guard state.fed < Feeder.limit, state.world != nil else { return (nil, 0) }
                state.fed += 1
                return (state.world, state.fed)
            }
            try? world?.publish([Sample("k", number, at: 1_000 + number)])
        case .writing: state.withLock { if $0.fedAtFirstWrite == nil { $0.fedAtFirstWrite = $0.fed } }
        default: break
        }
    }

    var fed: Int { state.withLock { $0.fed } }
    var fedAtFirstWrite: Int? { state.withLock { $0.fedAtFirstWrite } }
}

@Suite struct WriteBehindTests {
    @Test func `a task whose epochs follow each other without a gap is written behind all the same`() async throws {
        let feeder = Feeder()
        let world = try await World(
            Jobs.counting,
            tune: {
                $0.slots = 1
                $0.epochEvery = .zero
                $0.writeBehindEvery = .init(microseconds: 1)
                $0.fault = { feeder.passed($0) }
            })
        feeder.begin(world)
        try world.publish([Sample("k", 0, at: 1_000)])
        try await eventually("everything has been fed and counted") {
            try feeder.fed == Feeder.limit && world.texts().count == Feeder.limit + 1
        }
        #expect(try #require(feeder.fedAtFirstWrite) < Feeder.limit / 2)
        await world.stop()
    }
}
