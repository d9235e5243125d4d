internal import Dataflow
internal import KeyedState
internal import StreamCore
internal import StreamTesting
internal import Testing
internal import Wire

/// What changes seldom beside what comes all the time.
@Suite struct SteppingAsideTests {
    /// Samples beside others that come through a shuffle.
    private static let job = SketchJob { flow in
        let seldom = flow.from(Ports.rules, decoding: { SampleDecoder() }, timedBy: \.time).keyed("seldom", by: "key") { $0.key }
        flow.from(Ports.input, decoding: { SampleDecoder() }, timedBy: \.time).keyed("samples", by: "key") { $0.key }
            .merged("both", with: seldom)
            .processed("passed") { Passing(due: $0.state.timers("due")) }
            .into(Ports.texts, encoding: { TextEncoder() })
    }

    private func world() async throws -> World {
        try await World(
            Self.job,
            bind: { bindings in
                bindings.inlets["rules"]?.settings.idleAfter = .init(microseconds: 2_000)
                bindings.inlets["rules"]?.settings.stepsAside = true
            })
    }

    @Test func `a silent inlet that steps aside holds nothing back`() async throws {
        let world = try await world()
        try world.publish([Sample("r", 1, at: 1_000)], to: "rules")
        try world.publish([Sample("a", 1, at: 4_000_000_000), Sample("b", 2, at: 8_000_000_000)])
        // The rule may have been taken for silence before it came: then it passes late.
        try await eventually("the first sample has passed") { try world.texts().sorted() == ["a@4000000000", "r@1000"] }
        await world.stop()
    }

    @Test func `when it speaks again it is heard, late as it may be`() async throws {
        let world = try await world()
        try world.publish([Sample("r", 1, at: 1_000)], to: "rules")
        try world.publish([Sample("a", 1, at: 4_000_000_000), Sample("b", 2, at: 8_000_000_000)])
        try await eventually("the first sample has passed") { try world.texts().count == 2 }
        try world.publish([Sample("s", 2, at: 2_000_000_000)], to: "rules")
        try await eventually("the late rule has passed") { try world.texts().contains("s@2000000000") }
        try world.publish([Sample("c", 3, at: 9_000_000_000)])
        try await eventually("the next sample has passed") { try world.texts().contains("b@8000000000") }
        await world.stop()
    }
}
