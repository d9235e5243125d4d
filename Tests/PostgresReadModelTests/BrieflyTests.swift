import StreamCore
import Synchronization
import Testing

@testable import PostgresReadModel

@Suite struct BrieflyTests {
    private struct Lost: Error {}

    @Test func `an answer holds for a second, or for twenty times as long as it took`() {
        let now = Mutex(EventTime(microseconds: 0))
        let briefly = Briefly<String, Int>(clock: { now.withLock { $0 } })
        func pass(_ milliseconds: Int64) { now.withLock { $0 = $0.advanced(by: .init(microseconds: milliseconds * 1_000)) } }
        var looks = 0
        func ask(taking milliseconds: Int64) -> Int {
            briefly.value(of: "how many") {
                looks += 1
                pass(milliseconds)
                return looks
            }
        }
        #expect(ask(taking: 1) == 1)
        pass(900)
        #expect(ask(taking: 1) == 1)
        pass(200)
        #expect(ask(taking: 100) == 2)
        pass(1_900)
        #expect(ask(taking: 1) == 2)
        pass(200)
        #expect(ask(taking: 1) == 3)
    }

    @Test func `what fails is looked for again by the next who asks`() {
        let briefly = Briefly<String, Int>(clock: { EventTime(microseconds: 0) })
        #expect(throws: Lost.self) { try briefly.value(of: "a") { () throws(Lost) in throw Lost() } }
        #expect(briefly.value(of: "a") { 7 } == 7)
    }
}
