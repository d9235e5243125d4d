import ServiceLifecycle
import Testing

@Suite struct ServiceGroupTests {
    private let journal = Journal()
    private let hand = Hand()

    private func group(_ services: [any Service], limitPasses: Bool = false) -> ServiceGroup {
        ServiceGroup(
            services, stopsOn: hand.trigger, drainLimit: .seconds(30), clock: ScriptedClock(waitsAreOver: limitPasses),
            leave: { [journal] in journal.note("leave \($0.exitCode)") })
    }

    @Test func `services start in order and stop in reverse`() async throws {
        let group = group([Player("log", journal), Player("window", journal), Player("job", journal)])
        async let outcome = group.run()
        await journal.awaits("job up")
        hand.send(.terminate)
        #expect(try await outcome == ServiceGroup.Outcome(signal: .terminate, cancelled: []))
        #expect(
            journal.lines == [
                "log up", "window up", "job up", "job asked", "job down", "window asked", "window down", "log asked", "log down",
            ])
        #expect(!hand.isInstalled)
    }

    @Test func `past the drain limit what still runs is cancelled and named`() async throws {
        let group = group([Player("log", journal), Player("job", journal, .ignoresStop)], limitPasses: true)
        async let outcome = group.run()
        await journal.awaits("job up")
        hand.send(.interrupt)
        #expect(try await outcome == ServiceGroup.Outcome(signal: .interrupt, cancelled: ["log", "job"]))
        #expect(journal.lines.contains("job cancelled"))
    }

    @Test func `a second signal leaves at once, though a service hangs`() async throws {
        let group = group([Player("job", journal, .ignoresStop)])
        let running = Task { try await group.run() }
        await journal.awaits("job up")
        hand.send(.terminate)
        hand.send(.interrupt)
        #expect(journal.lines.contains("leave 130"))
        running.cancel()
        #expect(try await running.value.cancelled == ["job"])
    }

    @Test func `a service that fails stops the others, and its failure is thrown`() async throws {
        let group = group([Player("log", journal), Player("job", journal, .fails)])
        let failure = await #expect(throws: ServiceFailure.self) { try await group.run() }
        #expect(failure?.description == "running job: disk full")
        #expect(journal.lines == ["log up", "job up", "log asked", "log down"])
    }

    @Test func `a service that ends stops the others without a failure`() async throws {
        let outcome = try await group([Player("log", journal), Player("job", journal, .ends)]).run()
        #expect(outcome == ServiceGroup.Outcome(signal: nil, cancelled: []))
        #expect(journal.lines.suffix(2) == ["log asked", "log down"])
    }

    @Test func `a service that cannot start stops those before it`() async throws {
        let group = group([Player("log", journal), Player("window", journal, .cannotStart), Player("job", journal)])
        let failure = await #expect(throws: ServiceFailure.self) { try await group.run() }
        #expect(failure?.description == "starting window: address in use")
        #expect(journal.lines == ["log up", "log asked", "log down"])
    }

    @Test func `when the caller is cancelled so are the services`() async throws {
        let group = group([Player("job", journal, .ignoresStop)])
        let running = Task { try await group.run() }
        await journal.awaits("job up")
        running.cancel()
        #expect(try await running.value == ServiceGroup.Outcome(signal: nil, cancelled: ["job"]))
    }

    @Test func `a group without services is over at once`() async throws {
        #expect(try await group([]).run() == ServiceGroup.Outcome(signal: nil, cancelled: []))
    }
}
