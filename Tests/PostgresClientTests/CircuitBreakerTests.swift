import PostgresClient
import StreamCore
import Testing

@Suite struct CircuitBreakerTests {
    private var breaker = CircuitBreaker(after: 2, for: EventTime.Span(microseconds: 1_000))
    private func at(_ microseconds: Int64) -> EventTime { EventTime(microseconds: microseconds) }

    private mutating func expect(_ mayTry: Bool, at microseconds: Int64) {
        let answer = breaker.mayTry(at: at(microseconds))
        #expect(answer == mayTry, "at \(microseconds)")
    }

    @Test mutating func `it opens after so many failures in a row, and not before`() {
        breaker.failed(at: at(0))
        expect(true, at: 1)
        breaker.answered()
        breaker.failed(at: at(2))
        expect(true, at: 3)
        breaker.failed(at: at(3))
        expect(false, at: 4)
        #expect(breaker.isOpen(at: at(4)))
    }

    @Test mutating func `after the pause one caller tries and the others wait for it`() {
        for _ in 0..<2 { breaker.failed(at: at(0)) }
        expect(true, at: 1_000)
        expect(false, at: 1_001)
        breaker.answered()
        expect(true, at: 1_002)
        expect(true, at: 1_003)
    }

    @Test mutating func `a try that fails opens it again at once`() {
        for _ in 0..<2 { breaker.failed(at: at(0)) }
        expect(true, at: 1_000)
        breaker.failed(at: at(1_500))
        expect(false, at: 2_000)
        expect(true, at: 2_500)
    }
}
