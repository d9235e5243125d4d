internal import Dataflow
internal import EventLog
internal import Execution
internal import StreamCore
internal import StreamTesting
internal import Synchronization
internal import Testing

/// What a resident stage of the tests has seen, for all who look.
private final class Diary: Sendable {
    struct Page {
        var made = 0
        var texts: [String: [String]] = [:]
        /// How many records of each inlet had come when it was told that it had caught up.
        var caughtUp: [[String: Int]] = []
        var ended = 0
        var isRetired = false
        var failsOn: String?
    }

    let page = Mutex(Page())

    var now: Page { page.withLock { $0 } }
}

private final class Reading: Resident {
    private let diary: Diary

    init(_ diary: Diary) {
        self.diary = diary
        diary.page.withLock { page in
            page.made += 1
            page.texts = [:]
        }
    }

    func take(_ batch: RecordBatch, of partition: TopicPartition, from inlet: String) throws(StageFailure) {
        let texts = batch.records.map(\.text)
        let fails = diary.page.withLock { page in
            page.texts[inlet, default: []] += texts
            return page.failsOn.map { texts.contains($0) } ?? false
        }
        if fails { throw StageFailure("reading what it cannot bear", blame: .job) }
    }

    func caughtUp() { diary.page.withLock { page in page.caughtUp.append(page.texts.mapValues(\.count)) } }
    func retire() { diary.page.withLock { $0.isRetired = true } }
    func end() { diary.page.withLock { $0.ended += 1 } }
}

@Suite struct ResidentTests {
    private static let table = Inlet<String>("table")
    private static let news = Inlet<String>("news")
    private static let output = Outlet<String>("output")

    private func world(_ diary: Diary, tune: (inout EngineSettings) -> Void = { _ in }) async throws -> World {
        let job = SketchJob { flow in
            flow.resident("reading", following: [Self.table, Self.news], writing: [Self.output]) { _ in Reading(diary) }
        }
        return try await World(
            job, partitions: 2,
            bind: {
                $0.inlets["table"]?.settings.readToEnd = true
                $0.inlets["news"]?.start = .latest
            }, tune: tune)
    }

    private func records(_ texts: [String]) -> [Record] { texts.map { Record($0, key: $0, at: EventTime(microseconds: 1)) } }

    @Test func `it follows every partition, is told when it has caught up, and says that it runs`() async throws {
        let diary = Diary()
        let world = try await world(diary)
        try await eventually("it runs") { try await world.engine.snapshot(of: "sketch").condition == .running }
        try world.publish(records(["a", "b", "c", "d"]), to: "table")
        try world.publish(records(["x", "y"]), to: "news")
        try await eventually("all has come") { diary.now.texts["table"]?.count == 4 && diary.now.texts["news"]?.count == 2 }
        try await world.engine.restart("sketch")
        try await eventually("it has begun anew") { diary.now.caughtUp.count == 2 }
        #expect(diary.now.made == 2)
        #expect(diary.now.caughtUp.last == ["table": 4])
        let job = try await world.engine.snapshot(of: "sketch")
        #expect(job.stages.first?.tasks.first?.inlets.count == 4)
        #expect(try world.log.topics().map(\.spec.name).filter { $0.hasPrefix("sketch.") } == [])
        await world.stop()
        #expect(diary.now.isRetired && diary.now.ended == 2)
    }

    @Test func `paused it is gone, resumed it begins anew`() async throws {
        let diary = Diary()
        let world = try await world(diary)
        try await eventually("it runs") { diary.now.caughtUp.count == 1 }
        try await world.engine.pause("sketch")
        try await eventually("it has ended") { diary.now.ended == 1 }
        try await eventually("and says so") { try await world.engine.snapshot(of: "sketch").condition == .paused }
        try world.publish(records(["a"]), to: "table")
        try await world.engine.resume("sketch")
        try await eventually("it has read what came meanwhile") { diary.now.caughtUp.last == ["table": 1] }
        await world.stop()
    }

    @Test func `one that fails is made anew after a wait, and quarantined when it goes on failing`() async throws {
        let diary = Diary()
        let world = try await world(diary, tune: { $0.failuresToQuarantine = 3 })
        try await eventually("it runs") { diary.now.caughtUp.count == 1 }
        diary.page.withLock { $0.failsOn = "bad" }
        try world.publish(records(["bad"]), to: "table")
        try await eventually("it is quarantined") { try await world.engine.snapshot(of: "sketch").condition == .quarantined }
        #expect(diary.now.made == 3)
        diary.page.withLock { $0.failsOn = nil }
        try await world.engine.restart("sketch")
        try await eventually("it runs again") { try await world.engine.snapshot(of: "sketch").condition == .running }
        await world.stop()
    }

    @Test func `while the log is away it stays as it is, and goes on behind`() async throws {
        let diary = Diary()
        let world = try await world(diary, tune: { $0.longestWait = .init(microseconds: 2_000) })
        try world.publish(records(["a"]), to: "table")
        try await eventually("it has read") { diary.now.texts["table"]?.count == 1 && diary.now.caughtUp.count == 1 }
        world.log.goAway()
        try await eventually("it waits") { try await world.engine.snapshot(of: "sketch").condition == .waiting }
        world.log.comeBack()
        try world.publish(records(["b"]), to: "table")
        try await eventually("it goes on") { diary.now.texts["table"] == ["a", "b"] }
        #expect(diary.now.made == 1)
        await world.stop()
    }
}
