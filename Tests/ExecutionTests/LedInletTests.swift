internal import Dataflow
internal import KeyedState
internal import StreamCore
internal import StreamTesting
internal import Testing
internal import Wire

/// Topics whose source, outside the log, says how far it has come.
@Suite struct LedInletTests {
    /// Samples led by what is said in `rules`, which another stage reads.
    private static let job = SketchJob { flow in
        flow.from(Ports.rules, decoding: { SampleDecoder() }).into(Ports.output, encoding: { SampleEncoder() })
        flow.from(Ports.input, decoding: { SampleDecoder() }, timedBy: \.time).keyed("samples", by: "key") { $0.key }
            .processed("passed") { Passing(due: $0.state.timers("due")) }
            .into(Ports.texts, encoding: { TextEncoder() })
    }

    private func world() async throws -> World {
        try await World(
            Self.job,
            bind: { bindings in
                bindings.inlets["input"]?.settings.idleAfter = .init(microseconds: 1)
                bindings.inlets["input"]?.settings.leader = JobBindings.Topic("rules", partitions: 1)
            })
    }

    @Test func `time passes in silence as far as the source has said, and no further`() async throws {
        let world = try await world()
        try world.publish([Sample("a", 1, at: 1_000), Sample("b", 1, at: 3_000)])
        try world.publish([Sample("w", 1, at: 3_000)], to: "rules")
        try await eventually("what the word covers has passed") { try world.texts() == ["a@1000"] }
        try world.publish([Sample("c", 1, at: 3_500)])
        try world.publish([Sample("w", 2, at: 9_000)], to: "rules")
        try await eventually("so has what the next one covers") { try world.texts().sorted() == ["a@1000", "b@3000", "c@3500"] }
        await world.stop()
    }

    @Test func `a task that begins again hears the last word again`() async throws {
        let world = try await world()
        try world.publish([Sample("w", 1, at: 9_000)], to: "rules")
        try await eventually("the word is in the log") { try world.records(of: "output").count == 1 }
        world.log.failNext(.before)
        try world.publish([Sample("a", 1, at: 1_000)])
        try await eventually("what the word covers has passed") { try world.texts() == ["a@1000"] }
        await world.stop()
    }
}
