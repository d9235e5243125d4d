internal import Foundation
internal import HoursOfService
internal import StreamCore
internal import Testing

/// The rules held against themselves written down a second time.
@Suite struct AgainstMinutesTests {
    static func mine(_ log: RandomLog, _ found: Evaluation) -> MinuteReference.Answer {
        func minute(_ time: EventTime) -> Int { Int(time.microseconds / 60_000_000 - log.origin / 60) }
        return MinuteReference.Answer(
            violations: found.violations.map {
                MinuteReference.Found(kind: $0.kind.name, at: minute($0.at), until: minute($0.until), isConfirmed: $0.isConfirmed)
            }.sorted(),
            clocks: found.minutes)
    }

    static func check(_ seed: UInt64) throws {
        let log = RandomLog(seed)
        let terms = try #require(log.terms)
        let found = log.log.evaluated(at: log.time(log.asOf), under: terms)
        let mine = mine(log, found)
        let answers = MinuteReference(log).answers()
        if !answers.contains(mine) {
            Issue.record("seed \(seed)\n\(log)\nfound    \(mine)\nexpected \(answers)")
        }
    }

    @Test func `random logs break every rule, and split rests in every way`() throws {
        var kinds: [String: Int] = [:]
        var (clean, split, choices) = (0, 0, 0)
        for seed in 0..<400 as Range<UInt64> {
            let log = RandomLog(seed)
            let reference = MinuteReference(log)
            let found = log.log.evaluated(at: log.time(log.asOf), under: try #require(log.terms))
            if found.violations.isEmpty { clean += 1 }
            for violation in found.violations { kinds[violation.kind.name, default: 0] += 1 }
            if found.violations.contains(where: { $0.excluded > .zero }) { split += 1 }
            if reference.answers().count > 1 { choices += 1 }
        }
        #expect(kinds.count == Violation.Kind.allCases.count && kinds.values.allSatisfy { $0 >= 10 }, "\(kinds)")
        #expect(clean >= 20 && split >= 20, "\(clean) clean, \(split) split, \(choices) with several answers")
    }

    /// A thousand logs, or as many as `HOS_LOGS` says.
    static let blocks: Range<UInt64> = 0..<(UInt64(ProcessInfo.processInfo.environment["HOS_LOGS"] ?? "").map { $0 / 100 } ?? 10)

    @Test(arguments: blocks) func `random logs come out as they do minute by minute`(block: UInt64) throws {
        for seed in block * 100..<block * 100 + 100 { try Self.check(seed) }
    }
}
