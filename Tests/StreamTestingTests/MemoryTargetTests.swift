import SinkConformance
import StreamTesting
import Testing

@Suite struct MemoryTargetTests {
    @Test(arguments: SinkConformance.cases) func `a target in memory is a sink`(sentence: String) throws {
        try SinkConformance.run(sentence, on: MemoryFixture())
    }
}

private final class MemoryFixture: SinkFixture {
    private let target = MemoryTarget()

    func makeWriter() -> MemoryTarget.Writer { target.makeWriter() }
    func row(_ number: Int) -> Sample { Sample("k\(number)", number, at: 0) }
    func refusedRow(_ number: Int) -> Sample? { Sample("bad", -1 - abs(number), at: 0) }
    func numbers() throws -> [Int] { target.rows.map(\.number) }

    func loseNextAnswer() -> Bool {
        target.fail(.after)
        return true
    }

    func beAway(_ isAway: Bool) -> Bool {
        target.be(away: isAway)
        return true
    }
}
