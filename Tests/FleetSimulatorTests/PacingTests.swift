import StreamCore
import Testing

import FleetSimulator

@Suite struct PacingTests {
    @Test func `a minute passes in a second at sixty times the speed`() throws {
        let pacing = try #require(Pacing(start: EventTime(milliseconds: 0), speedup: 60))
        #expect(pacing.instant(after: .seconds(1)) == EventTime(milliseconds: 60_000))
        #expect(pacing.instant(after: .seconds(-1)) == pacing.start)
        #expect(pacing.elapsed(at: EventTime(milliseconds: 90_000)) == .milliseconds(1_500))
    }

    @Test(arguments: [0.5, 1, 7, 60, 1_234.5]) func `waiting until an instant reaches it`(speedup: Double) throws {
        let pacing = try #require(Pacing(start: EventTime(milliseconds: 1_772_431_200_000), speedup: speedup))
        for microseconds in stride(from: Int64(0), through: 10_000_000, by: 333_333) {
            let instant = pacing.start.advanced(by: EventTime.Span(microseconds: microseconds))
            #expect(pacing.instant(after: pacing.elapsed(at: instant)) >= instant)
        }
    }

    @Test(arguments: [0, -1, .nan, .infinity]) func `a speed-up that is no positive number is refused`(speedup: Double) {
        #expect(Pacing(start: .init(milliseconds: 0), speedup: speedup) == nil)
    }
}
