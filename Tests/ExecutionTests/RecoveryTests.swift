internal import Dataflow
internal import EventLog
internal import Execution
internal import StreamCore
internal import StreamTesting
internal import Testing
internal import Wire

/// The recovery law: what leaves is what would have left without the crash.
@Suite struct RecoveryTests {
    /// How a run is interrupted.
    enum Interruption: String, CaseIterable, Sendable {
        case stop
        case crash
        case crashWithoutState
        case commitFails
        case answerLost
    }

    private func interrupted(_ world: World, _ how: Interruption) async throws -> World {
        switch how {
        case .stop:
            let copy = world.directory
            await world.stop()
            return try await world.reopened(in: try copy.copy())
        case .crash: return try await world.crashed()
        case .crashWithoutState: return try await world.crashed(wipingState: true)
        case .commitFails: world.log.failNext(.before)
        case .answerLost: world.log.failNext(.after)
        }
        return world
    }

    @Test(arguments: Interruption.allCases, [false, true]) func `counts are the same after any interruption`(how: Interruption, shuffled: Bool) async throws {
        var world = try await World(shuffled ? Jobs.shuffling : Jobs.counting, partitions: 2, tune: { $0.writeBehindEvery = .init(microseconds: 5_000) })
        let all = samples(21, count: 400)
        for (round, start) in stride(from: 0, to: 400, by: 100).enumerated() {
            try world.publish(Array(all[start..<start + 100]))
            try await eventually("round \(round) is counted") { try world.texts().count >= start + 100 }
            try await world.settled()
            world = try await interrupted(world, how)
        }
        try world.publish([Sample("k0", 999, at: 9_999)])
        try await eventually("all are counted") { try world.texts().count >= 401 }
        try await world.settled()
        #expect(try world.texts().sorted() == counted(all + [Sample("k0", 999, at: 9_999)]))
        await world.stop()
    }

    @Test(arguments: Interruption.allCases) func `what an ordering buffer held leaves once, in order`(how: Interruption) async throws {
        var world = try await World(Jobs.ordering, bind: { $0.inlets["input"]?.settings.lateness = .init(microseconds: 120) })
        let all = samples(22, count: 300, spread: 100)
        for start in stride(from: 0, to: 300, by: 60) {
            try world.publish(Array(all[start..<start + 60]))
            try await world.settled()
            world = try await interrupted(world, how)
        }
        // A last record moves the watermark past all the others.
        try world.publish([Sample("end", 1_000, at: 5_000)])
        try await eventually("all have left") { try world.records(of: "output").count >= 300 }
        try await world.settled()
        let expected = all.sorted { ($0.time, $0.number) < ($1.time, $1.number) }.map(\.text)
        #expect(try world.texts("output") == expected)
        #expect(try world.records(of: "late").isEmpty)
        await world.stop()
    }

    @Test(arguments: Interruption.allCases) func `windows and their timers survive`(how: Interruption) async throws {
        var world = try await World(Jobs.windows, bind: { $0.inlets["input"]?.settings.lateness = .init(microseconds: 40) })
        let all = samples(23, count: 200, spread: 30)
        for start in stride(from: 0, to: 200, by: 50) {
            try world.publish(Array(all[start..<start + 50]))
            try await world.settled()
            world = try await interrupted(world, how)
        }
        try world.publish([Sample("end", 1_000, at: 5_000)])
        let expected = Dictionary(grouping: all) { "\($0.key) \($0.time.microseconds / 25 * 25)" }
            .map { "\($0.key) \($0.value.map(\.number).sorted())" }.sorted()
        try await eventually("all windows have closed") { try world.texts().count >= expected.count }
        try await world.settled()
        #expect(try world.texts().sorted() == expected)
        await world.stop()
    }

    @Test func `commits that fail at random lose and double nothing`() async throws {
        for seed in 1...6 as ClosedRange<UInt64> {
            var random = SeededGenerator(seed: seed)
            var faults: [Int: FaultyLog.Fault] = [:]
            for commit in 1...200 where random.chance(0.25) { faults[commit] = random.chance(0.5) ? .before : .after }
            let world = try await World(
                Jobs.shuffling, partitions: 2, failing: faults,
                tune: {
                    $0.writeBehindEvery = .init(microseconds: 1_000)
                    $0.failuresToQuarantine = 1_000
                    $0.stateMemory = 2_000
                })
            let all = samples(seed + 100, count: 300, keys: 40)
            for start in stride(from: 0, to: 300, by: 10) { try world.publish(Array(all[start..<start + 10])) }
            try await eventually("all are counted") { try world.texts().count >= 300 }
            try await world.settled()
            #expect(try world.texts().sorted() == counted(all), "seed \(seed)")
            await world.stop()
        }
    }

    @Test func `epochs rise by one and generations with each owner`() async throws {
        let world = try await World(Jobs.counting)
        for number in 0..<5 {
            try world.publish([Sample("k", number, at: number)])
            try await eventually("it is counted") { try world.texts().count == number + 1 }
        }
        try await world.settled()
        let before = try await world.engine.snapshot(of: "sketch").stages[0].tasks[0]
        let again = try await world.crashed()
        try again.publish([Sample("k", 9, at: 9)])
        try await eventually("it is counted") { try again.texts().count == 6 }
        try await again.settled()
        let after = try await again.engine.snapshot(of: "sketch").stages[0].tasks[0]
        #expect(after.epoch == before.epoch.next)
        #expect(after.generation == before.generation.next)
        await again.stop()
    }

    @Test func `state of a log that is gone is not believed`() async throws {
        let world = try await World(Jobs.counting)
        try world.publish(samples(51, count: 50))
        try await eventually("all are counted") { try world.texts().count >= 50 }
        try await world.settled()
        await world.stop()
        let copy = try world.directory.copy()
        try copy.remove("log")
        let again = try await world.reopened(in: copy)
        let fresh = samples(52, count: 20)
        try again.publish(fresh)
        try await eventually("the new ones are counted") { try again.texts().count >= 20 }
        #expect(try again.texts().sorted() == counted(fresh))
        await again.stop()
    }

    @Test func `a stop amid traffic loses and doubles nothing`() async throws {
        for seed in 1...4 as ClosedRange<UInt64> {
            var world = try await World(Jobs.shuffling, partitions: 2, tune: { $0.writeBehindEvery = .init(microseconds: 3_000) })
            let all = samples(seed + 200, count: 400, keys: 30)
            for start in stride(from: 0, to: 400, by: 80) {
                for step in stride(from: start, to: start + 80, by: 8) { try world.publish(Array(all[step..<step + 8])) }
                // Wherever it is; and every other time the state is lost.
                let copy = world.directory
                await world.stop()
                let next = try copy.copy()
                if start % 160 == 0 { try next.remove("state") }
                world = try await world.reopened(in: next)
            }
            try await eventually("all are counted") { try world.texts().count >= 400 }
            try await world.settled()
            #expect(try world.texts().sorted() == counted(all), "seed \(seed)")
            await world.stop()
        }
    }
}
