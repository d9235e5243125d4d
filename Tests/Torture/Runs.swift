internal import Foundation

/// The kills: one data directory through many lives, each commit synced.
struct KillRun {
    private let binary: String
    private let directory: String
    private let kills: Int
    private let seed: UInt64
    private let rate: Int
    private let checkEvery: Int

    init(_ binary: String, _ directory: String, kills: Int, seed: UInt64, rate: Int, checkEvery: Int) {
        self.binary = binary
        self.directory = directory
        self.kills = kills
        self.seed = seed
        self.rate = rate
        self.checkEvery = checkEvery
    }

    func run() throws -> Score {
        let deployment = Deployment(directory: directory, opening: max(2_000, kills * 200), log: .embedded(isSynced: true))
        try deployment.write()
        let load = Load(seed: seed, accounts: 1_000, perSecond: rate)
        defer { load.stop() }
        let torturer = Torturer(binary, deployment, load) { say($0) }
        var plan = FatePlan(seed: seed)
        var nextCheck = checkEvery
        while torturer.score.kills < kills, torturer.score.isClean {
            try torturer.live(plan.next(), losingState: plan.losesState())
            guard torturer.score.kills >= nextCheck || torturer.score.kills >= kills else { continue }
            nextCheck += checkEvery
            say("\(torturer.score.kills) kills")
            try torturer.check()
        }
        return torturer.finished(load)
    }
}

/// The power cuts: commits left to the operating system, the end of the log's write-ahead file cut off after each kill.
struct CutRun {
    private let binary: String
    private let directory: String
    private let cuts: Int
    private let seed: UInt64
    private let rate: Int

    init(_ binary: String, _ directory: String, cuts: Int, seed: UInt64, rate: Int) {
        self.binary = binary
        self.directory = directory
        self.cuts = cuts
        self.seed = seed
        self.rate = rate
    }

    func run() throws -> Score {
        let deployment = Deployment(directory: directory, opening: 100_000, log: .embedded(isSynced: false))
        try deployment.write()
        let load = Load(seed: seed &+ 1, accounts: 1_000, perSecond: rate)
        defer { load.stop() }
        let torturer = Torturer(binary, deployment, load) { say($0) }
        var random = SeededGenerator(seed: seed &+ 2)
        while torturer.score.cuts < cuts, torturer.score.isClean {
            say("cut \(torturer.score.cuts + 1)")
            // Every third life is long enough that state is written behind and flushed: it may then know more than the log does.
            let life = torturer.score.cuts.isMultiple(of: 3) ? random.milliseconds(6_500...8_000) : random.milliseconds(400...2_500)
            try torturer.live(.kill(after: life), losingState: false)
            try torturer.cutPower(&random)
            if random.unit() < 0.5 { try torturer.live(.kill(after: random.milliseconds(300...4_000)), losingState: false) }
            if torturer.score.cuts.isMultiple(of: 3) || torturer.score.cuts == cuts { try torturer.check(republishing: true) }
        }
        return torturer.finished(load)
    }
}

extension Torturer {
    /// The score, with what the process complained of and refused.
    func finished(_ load: Load) -> Score {
        var score = score
        score.misdeeds += complaints().prefix(10)
        score.misdeeds += load.refusals.prefix(5).map { "a request was refused: \($0)" }
        return score
    }
}

/// What a run comes to.
struct Summary {
    private let killed: Score
    private let cut: Score
    private let took: Duration

    init(_ killed: Score, _ cut: Score, took: Duration) {
        self.killed = killed
        self.cut = cut
        self.took = took
    }

    var isClean: Bool { killed.isClean && cut.isClean }

    var text: String {
        var lines: [String] = []
        for misdeed in killed.misdeeds + cut.misdeeds { lines.append("misdeed: \(misdeed)") }
        lines.append("restart: serving \(killed.serving.text) (\(killed.serving.count) starts); caught up \(killed.caughtUp.text)")
        lines.append(
            "\(killed.kills + cut.kills) kills, \(killed.verdict.lost + killed.vanished + cut.verdict.lost + cut.vanished) lost, \(killed.verdict.doubled + cut.verdict.doubled) doubled, "
                + "\(killed.verdict.wrong + cut.verdict.wrong) wrong; \(killed.faults) of the kills at fault points, \(killed.drains) drains, "
                + "\(killed.wipes) times without state, \(cut.cuts) power cuts; \(Int(took / .seconds(1))) s")
        return lines.joined(separator: "\n")
    }
}
