internal import Foundation
internal import StreamCore
internal import TestServers

/// The torture of a cluster: processes that share a Kafka of three nodes.
struct ClusterRun {
    let binary: String
    let directory: String
    let kills: Int
    let seed: UInt64
    let rate: Int
    let checkEvery: Int

    private static let processes = 3
    private static let nodes = 3
    private static let accounts = 1_000

    /// What a run comes to.
    struct Outcome {
        let score: Score
        let brokerKills: Int
        let refusals: Int
        let unanswered: Int
        /// Requests during rolling restarts.
        let rolled: (answered: Int, asked: Int)
    }

    func run() throws -> Outcome {
        let server = try KafkaServer.elsewhere ?? KafkaServer(nodes: ClusterRun.nodes, detours: ClusterRun.processes)
        defer { server.stop() }
        let isOurs = !server.detours.isEmpty
        say("Kafka at \(server.bootstrap)" + (isOurs ? "" : ", which is not ours: its nodes and the way to them are left alone"))
        let opening = max(2_000, kills * 200)
        let load = Load(seed: seed, accounts: ClusterRun.accounts, perSecond: rate, threads: 4)
        defer { load.stop() }
        let port = FreePorts.first(of: ClusterRun.processes)
        let members = try (0..<ClusterRun.processes).map { number in
            let detour = isOurs ? server.detours[number] : nil
            let deployment = Deployment(
                directory: "\(directory)/process-\(number)", opening: opening, log: .kafka(servers: detour?.bootstrap ?? server.bootstrap),
                port: port + number)
            try deployment.write()
            return Member(number, binary, deployment, try detour.map { try Line($0) }, load)
        }
        let torturer = ClusterTorturer(server, members, load, opening: opening) { say($0) }
        defer { torturer.end() }
        let rolled = try torture(torturer, breaksBrokers: isOurs)
        let score = torturer.finished()
        if !score.isClean {
            torturer.end()
            try server.stop(leaving: "\(directory)/kafka")
        }
        return Outcome(
            score: score, brokerKills: torturer.brokerKills, refusals: load.refusals.count, unanswered: load.unanswered,
            rolled: rolled)
    }

    /// First 1, 3 and 2 processes under load, restarted in turn; then one blow after another, whole decks of them, and a look every so many
    /// kills; a while without brokers at the end. Returns how many requests were answered during the rolling restarts.
    private func torture(_ torturer: ClusterTorturer, breaksBrokers: Bool) throws -> (answered: Int, asked: Int) {
        for size in [1, 3, 2] {
            say("scale to \(size)")
            try torturer.strike(.scale(to: size), then: .seconds(size == 1 ? 8 : 5))
        }
        try torturer.check()
        say("rolling restarts of 2 processes")
        let rolled = try torturer.roll(times: kills < 50 ? 1 : 5, seed: seed, accounts: ClusterRun.accounts)
        try torturer.strike(.scale(to: ClusterRun.processes), then: .seconds(2))
        var plan = BlowPlan(seed: seed, breaksBrokers: breaksBrokers)
        let brokerKills = breaksBrokers ? kills / 5 : 0
        var nextCheck = checkEvery
        while torturer.score.kills < kills || torturer.brokerKills < brokerKills || !plan.isDealt, torturer.score.isClean {
            let (blow, rest) = plan.next(torturer.size)
            say("  \(blow)")
            try torturer.strike(blow, then: rest)
            guard torturer.score.kills >= nextCheck else { continue }
            nextCheck += checkEvery
            say("\(torturer.score.kills) kills, \(torturer.brokerKills) of brokers")
            try torturer.check()
        }
        if torturer.score.isClean { try torturer.check() }
        if breaksBrokers, torturer.score.isClean {
            say("all brokers down, and back")
            try torturer.blackOut(ClusterRun.nodes)
            try torturer.check()
        }
        if torturer.score.isClean { try torturer.checkFromOutside() }
        return rolled
    }
}

extension ClusterRun.Outcome {
    /// In words.
    func text(took: Duration) -> String {
        var lines = score.misdeeds.map { "misdeed: \($0)" }
        lines.append(
            "start: serving \(score.serving.text) (\(score.serving.count) starts); \(refusals) requests refused while the log was away, "
                + "\(unanswered) without an answer")
        lines.append("rolling restarts: \(rolled.answered) of \(rolled.asked) requests answered")
        lines.append("everything mended: all tasks run and have caught up after \(score.caughtUp.text)")
        lines.append(
            "\(score.kills) kills (\(score.faults) at fault points, \(score.wipes) losing the state), \(brokerKills) kills of a broker, "
                + "\(score.stalls) stalls, \(score.networkCuts) network cuts, \(score.drains) drains, \(score.givenUp) times a process gave up: "
                + "\(score.findings); \(score.checks) checks; \(Int(took / .seconds(1))) s")
        return lines.joined(separator: "\n")
    }
}
