/// What a run has done to its processes, and what it has seen.
struct Score {
    var kills = 0
    /// Those of them at fault points.
    var faults = 0
    var drains = 0
    var wipes = 0
    /// Power cuts.
    var cuts = 0
    /// Times that a process stood still.
    var stalls = 0
    /// Times that a process and the brokers did not reach each other.
    var networkCuts = 0
    /// Times that a process found that it hangs, and ended itself.
    var givenUp = 0
    var checks = 0
    var serving = Spans()
    var caughtUp = Spans()
    var slowest = Duration.zero
    var verdict = Oracle.Verdict()
    /// Acknowledged transfers that their topic does not hold.
    var vanished = 0
    /// What a process did that it must not do: a bad end, a start that failed.
    var misdeeds: [String] = []

    var isClean: Bool { verdict.isClean && vanished == 0 && misdeeds.isEmpty }

    /// What the oracle found, in words.
    var findings: String { "\(verdict.lost + vanished) lost, \(verdict.doubled) doubled, \(verdict.wrong) wrong" }
}
