import Testing

@testable import ServiceLifecycle

@Suite struct StopLadderTests {
    @Test func `services are asked one by one, the last first`() {
        var ladder = StopLadder(count: 3)
        #expect(ladder.begin() == .drain(2))
        #expect(ladder.ended(2) == .stop(1))
        #expect(ladder.ended(1) == .stop(0))
        #expect(ladder.ended(0) == .finish)
    }

    @Test func `one that ends by itself stops the others`() {
        var ladder = StopLadder(count: 3)
        #expect(ladder.ended(1) == .drain(2))
        #expect(ladder.ended(2) == .stop(0))
        #expect(ladder.ended(0) == .finish)
    }

    @Test func `one that ends before its turn is passed over`() {
        var ladder = StopLadder(count: 3)
        #expect(ladder.begin() == .drain(2))
        #expect(ladder.ended(1) == .none)
        #expect(ladder.ended(2) == .stop(0))
    }

    @Test func `past the limit the rest is cancelled and nothing more is asked`() {
        var ladder = StopLadder(count: 3)
        #expect(ladder.begin() == .drain(2))
        #expect(ladder.ended(2) == .stop(1))
        #expect(ladder.limitPassed() == .cancel)
        #expect(ladder.unfinished == [0, 1])
        #expect(ladder.ended(1) == .none)
        #expect(ladder.ended(0) == .finish)
    }

    @Test func `a limit that passes late, or a stop said twice, changes nothing`() {
        var ladder = StopLadder(count: 1)
        #expect(ladder.limitPassed() == .none)
        #expect(ladder.begin() == .drain(0))
        #expect(ladder.begin() == .none)
        #expect(ladder.ended(0) == .finish)
        #expect(ladder.limitPassed() == .none)
    }

    @Test func `nothing to stop is over at once`() {
        var ladder = StopLadder(count: 0)
        #expect(ladder.begin() == .finish)
    }
}
