internal import StreamCore
internal import StreamTesting
internal import Testing

@Suite struct EventTimeTests {
    @Test func `an instant's text reads back as the same instant`() {
        var random = SeededGenerator(seed: 2)
        let years = EventTime(rfc3339: "0001-01-01")!.microseconds...EventTime(rfc3339: "9999-12-31T23:59:59.999999Z")!.microseconds
        for _ in 0..<5_000 {
            var micros = Int64.random(in: years, using: &random)
            if random.chance(0.5) { micros -= micros % 1_000_000 }
            let time = EventTime(microseconds: micros)
            #expect(EventTime(rfc3339: time.rfc3339) == time)
        }
    }

    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("1969-12-31T23:59:59.999999Z", -1), ("2024-02-29T12:00:00+02:00", 1_709_200_800_000_000),
        ("2024-02-29 10:00:00", 1_709_200_800_000_000), ("2000-01-01", 946_684_800_000_000),
    ] as [(String, Int64)])
    func `known instants`(text: String, micros: Int64) { #expect(EventTime(rfc3339: text)?.microseconds == micros) }

    @Test(arguments: [
        "", "2023-02-29", "2024-13-01", "2024-00-10", "2024-01-32", "2024-01-01T24:00:00Z", "2024-01-01T00:60:00Z", "yesterday",
        "2024-01-01T00:00:00Zx", "2024-01-01T00:00:00+", "2024-1-1",
    ])
    func `what is no instant is refused`(text: String) { #expect(EventTime(rfc3339: text) == nil) }

    @Test(arguments: [Int64.min + 1, .max - 1, .min + 86_400_000_000, -86_400_000_000, -86_400_000_001] as [Int64]) func `every instant has a text`(micros: Int64) {
        let time = EventTime(microseconds: micros)
        #expect(time.rfc3339.hasSuffix("Z"))
        #expect(time.milliseconds <= micros / 1_000)
    }

    @Test func `instants stay at the ends of time`() {
        let most = EventTime.Span(microseconds: .max)
        #expect(EventTime(microseconds: 5).advanced(by: most) == .distantFuture)
        #expect(EventTime(microseconds: -5).advanced(by: -most).microseconds < 0)
        #expect(EventTime.distantFuture.advanced(by: .init(microseconds: -1)) == .distantFuture)
        #expect(EventTime.distantFuture.since(.distantPast) == most)
        #expect(EventTime(milliseconds: .max) == .distantFuture)
        #expect(EventTime(microseconds: -1).milliseconds == -1)
    }
}
