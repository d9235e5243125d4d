internal import Dataflow
internal import Execution
internal import KeyedState
internal import StreamCore
internal import StreamTesting
internal import Testing
internal import Wire

/// Timers of both clocks in a running engine.
@Suite struct TimerTests {
    /// Answers each sample by both clocks: 50 µs of event time later, and 20 ms later on the wall.
    struct Reminding: KeyedProcess {
        let timers: TimerState<String>?
        let wait: Int64
        mutating func process(_ sample: Sample, of key: String, at time: EventTime, into out: inout Output<String>) throws(StageFailure) {
            timers?.set(Timer(key, at: time.advanced(by: .init(microseconds: 50))))
            timers?.set(Timer(key, at: EventTime(microseconds: 1_700_000_000_000_000 + wait + Int64(sample.number)), by: .processingTime))
        }
        mutating func timerFired(_ timer: KeyedState.Timer<String>, into out: inout Output<String>) throws(StageFailure) {
            let clock = timer.clock == .eventTime ? "event" : "wall"
            out.emit("\(timer.key) \(clock) \(timer.time.microseconds % 1_000_000_000_000)", at: EventTime(microseconds: 0))
        }
    }

    static func job(wait: Int64) -> SketchJob {
        SketchJob { flow in
            flow.from(Ports.input, decoding: { SampleDecoder() }, timedBy: \.time).keyed("keys", by: "key") { $0.key }
                .processed("remind") { Reminding(timers: $0.state.timers("reminders"), wait: wait) }
                .into(Ports.texts, encoding: { TextEncoder() })
        }
    }

    @Test func `timers of the wall clock fire though nothing arrives`() async throws {
        let world = try await World(Self.job(wait: 20_000))
        try world.publish([Sample("a", 1, at: 10), Sample("a", 2, at: 10)])
        try await eventually("both have fired") { try world.texts().count == 2 }
        #expect(try world.texts() == ["a wall 20001", "a wall 20002"])
        await world.stop()
    }

    @Test func `timers set before a crash fire once after it`() async throws {
        let world = try await World(Self.job(wait: 200_000))
        try world.publish([Sample("a", 1, at: 10), Sample("b", 2, at: 20)])
        try await world.settled()
        let again = try await world.crashed()
        try again.publish([Sample("c", 3, at: 1_000)])
        try await eventually("all but the last event timer have fired") { try again.texts().count >= 5 }
        try await again.settled()
        let third = try await again.crashed(wipingState: true)
        try third.publish([Sample("d", 4, at: 1_001)])
        try await eventually("the last one's wall timer has fired") { try third.texts().contains("d wall 200004") }
        #expect(try third.texts().sorted() == ["a event 60", "a wall 200001", "b event 70", "b wall 200002", "c wall 200003", "d wall 200004"])
        await third.stop()
    }

    @Test func `an idle engine with far timers does not keep turning`() async throws {
        let world = try await World(Self.job(wait: 3_600_000_000))
        try world.publish([Sample("a", 1, at: 10)])
        try await world.settled()
        let commits = world.log.commits
        try world.publish([Sample("a", 1, at: 10)])
        try await world.settled()
        #expect(world.log.commits - commits <= 2)
        await world.stop()
    }

    @Test func `a job removed and deployed again goes on where it was`() async throws {
        let world = try await World(Jobs.counting, partitions: 2)
        let all = samples(31, count: 60)
        try world.publish(Array(all[..<30]))
        try await eventually("the first are counted") { try world.texts().count >= 30 }
        let deployment = try #require(await world.engine.deployment(of: "sketch"))
        await #expect(throws: EngineFailure.self) { try await world.engine.deploy(deployment) }
        try await world.engine.remove("sketch")
        await #expect(throws: EngineFailure.self) { try await world.engine.remove("sketch") }
        try world.publish(Array(all[30...]))
        try await world.engine.deploy(deployment)
        try await eventually("all are counted") { try world.texts().count >= 60 }
        #expect(try world.texts().sorted() == counted(all))
        await world.stop()
    }

    @Test func `work that is never idle still commits and answers`() async throws {
        let world = try await World(Jobs.shuffling, partitions: 2, tune: { $0.epochBytes = 200; $0.epochChanges = 3 })
        let all = samples(32, count: 2_000, keys: 50)
        for start in stride(from: 0, to: 2_000, by: 20) { try world.publish(Array(all[start..<start + 20])) }
        try await eventually("all are counted") { try world.texts().count >= 2_000 }
        #expect(try world.texts().sorted() == counted(all))
        await world.stop()
    }
}
