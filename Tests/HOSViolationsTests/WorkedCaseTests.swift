internal import StreamCore
internal import StreamTesting
internal import Testing

/// The worked cases through the job, as `linehaul replay` runs it.
@Suite struct WorkedCaseTests {
    static func check(_ worked: JobCase, _ order: [Int], batch: Int) throws {
        let run = try HoursRun(worked.settings)
        try run.send(order.map { worked.events[$0] }, inBatchesOf: batch)
        try run.harness.advance(to: worked.asOf)
        #expect(run.harness.deadLetters.isEmpty)
        #expect(try run.standing() == worked.violations)
        for (found, expected) in zip(try run.remaining(), worked.remaining) where expected != nil { #expect(found == expected) }
    }

    @Test func `there are worked cases`() { #expect(JobCase.all.filter(\.isGate).count >= 40) }

    @Test(arguments: JobCase.all) func `in file order, record by record and all at once`(worked: JobCase) throws {
        try Self.check(worked, Array(worked.events.indices), batch: 1)
        try Self.check(worked, Array(worked.events.indices), batch: 1_000)
    }

    @Test(arguments: JobCase.all) func `reversed`(worked: JobCase) throws {
        try Self.check(worked, worked.events.indices.reversed(), batch: 1)
        try Self.check(worked, worked.events.indices.reversed(), batch: 1_000)
    }

    @Test(arguments: JobCase.all) func `in random orders, some records twice`(worked: JobCase) throws {
        var random = SeededGenerator(seed: UInt64(worked.events.count))
        for round in 0..<6 {
            let order = (Array(worked.events.indices) + worked.events.indices.filter { _ in random.chance(0.4) }).shuffled(using: &random)
            try Self.check(worked, order, batch: [1, 3, 50][round % 3])
        }
    }
}
