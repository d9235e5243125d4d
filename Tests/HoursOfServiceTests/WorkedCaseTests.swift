internal import HoursOfService
internal import StreamCore
internal import Testing

@Suite struct WorkedCaseTests {
    static func check(_ found: Evaluation, _ expected: WorkedCase) {
        #expect(found.found == expected.violations)
        for (clock, want) in zip(found.minutes, expected.remaining) {
            if let want { #expect(clock == want, "\(found.minutes) against \(expected.remaining)") }
        }
    }

    @Test func `there are worked cases`() { #expect(WorkedCase.gates.count >= 40) }

    @Test(arguments: WorkedCase.all) func `a worked case comes out as it should`(worked: WorkedCase) {
        Self.check(worked.log(Array(worked.entries.indices)).evaluated(at: worked.asOf, under: worked.terms), worked)
    }

    @Test(arguments: WorkedCase.all) func `the order of arrival changes nothing`(worked: WorkedCase) {
        let order = Array(worked.entries.indices)
        Self.check(worked.log(order.reversed()).evaluated(at: worked.asOf, under: worked.terms), worked)
        var random = SystemRandomNumberGenerator()
        for _ in 0..<5 {
            let shuffled = (order + order.filter { _ in Bool.random(using: &random) }).shuffled(using: &random)
            Self.check(worked.log(shuffled).evaluated(at: worked.asOf, under: worked.terms), worked)
        }
    }
}
