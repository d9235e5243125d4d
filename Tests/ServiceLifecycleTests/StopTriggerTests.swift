import Glibc
import ServiceLifecycle
import Testing

@Suite struct StopTriggerTests {
    @Test func `a signal sent to the process stops the group and does not end the process`() async throws {
        let journal = Journal()
        let signal = StopSignal(number: SIGUSR2, name: "USR2")
        let group = ServiceGroup(
            [Player("job", journal)], stopsOn: .signals([signal]), drainLimit: .seconds(30), clock: ScriptedClock(waitsAreOver: false),
            leave: { _ in })
        async let outcome = group.run()
        await journal.awaits("job up")
        kill(getpid(), SIGUSR2)
        #expect(try await outcome.signal == signal)
        #expect(signal.description == "SIGUSR2")
    }
}
