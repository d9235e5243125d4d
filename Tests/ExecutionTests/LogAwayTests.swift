internal import EventLog
@testable internal import Execution
internal import StreamCore
internal import StreamTesting
internal import Testing

/// The log is away for a while: nobody gives up, nothing is lost, and all go on by themselves.
@Suite(.serialized) struct LogAwayTests {
    private func tasks(_ world: World) async throws -> [TaskSnapshot] {
        try await world.engine.snapshot(of: "sketch").stages.flatMap(\.tasks)
    }

    @Test(arguments: [false, true]) func `tasks wait for as long as it lasts, say why, and go on`(shuffled: Bool) async throws {
        let world = try await World(
            shuffled ? Jobs.shuffling : Jobs.counting, partitions: 2,
            tune: {
                $0.failuresToQuarantine = 2
                $0.longestWait = .init(microseconds: 2_000)
            })
        let all = samples(111, count: 300)
        try world.publish(Array(all[..<100]))
        try await eventually("the first are counted") { try world.texts().count >= 100 }
        world.log.goAway()
        _ = try? world.publish(Array(all[100..<200]))
        try await eventually("its tasks wait") {
            let tasks = try await tasks(world)
            return tasks.contains { $0.condition == .waiting && $0.awaits?.contains("scripted to be away") == true }
        }
        #expect(try await world.engine.snapshot(of: "sketch").condition == .waiting)
        world.log.comeBack()
        try world.publish(Array(all[200...]))
        try await eventually("all are counted") { try world.texts().count >= 300 }
        try await world.settled()
        #expect(try world.texts().sorted() == counted(all))
        #expect(try await tasks(world).allSatisfy { $0.failures == 0 && $0.awaits == nil })
        await world.stop()
    }

    @Test func `it is said once that a job waits, and once that it goes on`() async throws {
        let cluster = try Cluster(Jobs.counting)
        let a = try await cluster.start("a")
        cluster.shared.grant(cluster.turns("counts"), to: "a")
        try await cluster.runs(a, 4)
        let commits = a.log.commits
        a.log.goAway()
        try cluster.publish(samples(112, count: 100, keys: 20))
        try await eventually("all wait") { try await cluster.tasks(a).allSatisfy { $0.condition == .waiting } }
        let epochs = try await cluster.tasks(a).map(\.generation)
        for _ in 0..<20 { _ = try await cluster.tasks(a) }
        a.log.comeBack()
        try await cluster.counted(100, by: [a])
        try await cluster.runs(a, 4)
        #expect(a.log.commits > commits)
        #expect(epochs.count == 4)
        #expect(a.lines.count("job waits for what it stands on") == 1)
        #expect(a.lines.count("job goes on") == 1)
        #expect(a.lines.count("task failed") == 0)
        await cluster.stop([a])
    }

    @Test func `a job is stopped in order while the log is away`() async throws {
        let world = try await World(Jobs.counting, partitions: 2)
        let all = samples(113, count: 100)
        try world.publish(Array(all[..<50]))
        try await eventually("the first are counted") { try world.texts().count >= 50 }
        world.log.goAway()
        try world.publish(Array(all[50...]))
        try await world.engine.remove("sketch")
        world.log.comeBack()
        let copy = world.directory
        await world.stop()
        let again = try await world.reopened(in: try copy.copy())
        try await eventually("all are counted") { try again.texts().count >= 100 }
        #expect(try again.texts().sorted() == counted(all))
        await again.stop()
    }

    @Test(arguments: [false, true], [false, true])
    func `a log that fetches in the background is waited for, in recovery too`(shuffled: Bool, wipingState: Bool) async throws {
        var world = try await World(
            shuffled ? Jobs.shuffling : Jobs.counting, partitions: 2, isLate: true,
            tune: { $0.writeBehindEvery = .init(microseconds: 3_000) })
        let all = samples(114, count: 300)
        for start in stride(from: 0, to: 300, by: 100) {
            try world.publish(Array(all[start..<start + 100]))
            try await eventually("they are counted") { try world.texts().count >= start + 100 }
            world = try await world.crashed(wipingState: wipingState)
        }
        try world.publish([Sample("k0", 999, at: 9_999)])
        try await eventually("all are counted") { try world.texts().count >= 301 }
        #expect(try world.texts().sorted() == counted(all + [Sample("k0", 999, at: 9_999)]))
        await world.stop()
    }
}
