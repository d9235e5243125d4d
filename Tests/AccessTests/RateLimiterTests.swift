import Access
import StreamCore
import Testing

@Suite struct RateLimiterTests {
    private let began = EventTime(microseconds: 1_900_000_000_000_000)

    private func at(_ milliseconds: Int) -> EventTime { began.advanced(by: .init(.milliseconds(milliseconds))) }

    @Test func `a burst is allowed at once, the next request when the bucket has filled`() {
        var limiter = RateLimiter(RateLimit(perSecond: 2, burst: 3))
        #expect((0..<3).allSatisfy { _ in limiter.take("a", now: at(0)).isAllowed })
        let refused = limiter.take("a", now: at(0))
        #expect(!refused.isAllowed)
        #expect(refused.remaining == 0)
        #expect(refused.retrySeconds == 1)
        #expect(!limiter.take("a", now: at(499)).isAllowed)
        #expect(limiter.take("a", now: at(500)).isAllowed)
    }

    @Test func `one name takes nothing from another`() {
        var limiter = RateLimiter(RateLimit(perSecond: 1, burst: 1))
        #expect(limiter.take("a", now: at(0)).isAllowed)
        #expect(limiter.take("b", now: at(0)).isAllowed)
        #expect(!limiter.take("a", now: at(0)).isAllowed)
    }

    @Test func `asking counts nothing`() {
        var limiter = RateLimiter(RateLimit(perSecond: 1, burst: 1))
        #expect(limiter.peek("a", now: at(0)).isAllowed)
        #expect(limiter.peek("a", now: at(0)).isAllowed)
        #expect(limiter.take("a", now: at(0)).isAllowed)
        #expect(!limiter.peek("a", now: at(0)).isAllowed)
    }

    @Test func `a clock that goes back gives nothing`() {
        var limiter = RateLimiter(RateLimit(perSecond: 1, burst: 1))
        #expect(limiter.take("a", now: at(10_000)).isAllowed)
        #expect(!limiter.take("a", now: at(0)).isAllowed)
        #expect(!limiter.take("a", now: at(10_500)).isAllowed)
        #expect(limiter.take("a", now: at(11_000)).isAllowed)
    }

    @Test func `however many names there are, no more are remembered than the limit`() {
        var limiter = RateLimiter(RateLimit(perSecond: 1, burst: 1), most: 100)
        for number in 0..<10_000 { _ = limiter.take("\(number)", now: at(0)) }
        #expect(limiter.count <= 100)
    }

    @Test func `who keeps asking is remembered while others come and go`() {
        var limiter = RateLimiter(RateLimit(perSecond: 0.001, burst: 1), most: 100)
        #expect(limiter.take("busy", now: at(0)).isAllowed)
        for number in 0..<1_000 {
            _ = limiter.take("\(number)", now: at(0))
            #expect(!limiter.take("busy", now: at(0)).isAllowed)
        }
    }

    @Test func `an allowance says what is left in the usual headers`() {
        var limiter = RateLimiter(RateLimit(perSecond: 2, burst: 10))
        let first = limiter.take("a", now: at(0))
        #expect(first.headers.map { "\($0.name): \($0.value)" } == ["RateLimit-Limit: 10", "RateLimit-Remaining: 9", "RateLimit-Reset: 1"])
        for _ in 0..<9 { _ = limiter.take("a", now: at(0)) }
        let refused = limiter.take("a", now: at(0))
        #expect(refused.headers.map { "\($0.name): \($0.value)" }.last == "Retry-After: 1")
        #expect(refused.resetSeconds == 5)
    }

    @Test func `of many refused logins the first is said, then one line a minute with their number`() {
        var watch = RefusalWatch()
        #expect(watch.refused(at: at(0)) == 1)
        #expect(watch.refused(at: at(1)) == nil)
        #expect(watch.refused(at: at(59_999)) == nil)
        #expect(watch.refused(at: at(60_000)) == 3)
        #expect(watch.refused(at: at(60_001)) == nil)
    }
}
