internal import Execution
internal import Foundation
internal import HTTPClient
internal import StreamCore

/// Runs the process life after life and lets the oracle look at what is left.
final class Torturer {
    /// What it has seen.
    struct Score {
        var kills = 0
        var faults = 0
        var drains = 0
        var wipes = 0
        var cuts = 0
        var checks = 0
        var serving = Spans()
        var caughtUp = Spans()
        var slowest = Duration.zero
        var verdict = Oracle.Verdict()
        /// Acknowledged transfers that their topic does not hold.
        var vanished = 0
        /// What the process did that it must not do: a bad end, a start that failed.
        var misdeeds: [String] = []

        var isClean: Bool { verdict.isClean && vanished == 0 && misdeeds.isEmpty }
    }

    private let binary: String
    private let deployment: Deployment
    private let load: Load
    private let session = HTTPSession()
    private let oracle: Oracle
    private let say: (String) -> Void
    private(set) var books = Books()
    private(set) var score = Score()
    private var wipesNext = false

    init(_ binary: String, _ deployment: Deployment, _ load: Load, say: @escaping (String) -> Void) {
        self.binary = binary
        self.deployment = deployment
        self.load = load
        self.say = say
        oracle = Oracle(opening: deployment.opening, quiet: Deployment.quiet)
    }

    /// One life and its end.
    func live(_ fate: Fate, losingState: Bool) throws {
        if losingState {
            try deployment.wipeState()
            score.wipes += 1
        }
        var fault: String?
        if case .fault(let point, let pass, _) = fate { fault = "\(point.rawValue):\(pass)" }
        let subject = try start(fault: fault)
        switch fate {
        case .kill(let after): watch(subject, until: after)
        case .fault(_, _, let within):
            watch(subject, until: within)
            if !subject.isRunning { score.faults += 1 }
        case .stall(let after, let span, let then):
            watch(subject, until: after)
            subject.hold(true)
            pause(span)
            subject.hold(false)
            pause(then)
        case .drain(let after), .killDraining(let after, _):
            _ = subject.waitServing(within: .seconds(20))
            watch(subject, until: subject.age + after)
            subject.terminate()
            if case .killDraining(_, let then) = fate { _ = subject.waitEnd(within: then) }
        }
        if case .drain = fate {
            score.drains += 1
            let end = subject.waitEnd(within: .seconds(20))
            if end != .drained { score.misdeeds.append("told to stop, it ended as \(end.map { "\($0)" } ?? "still running after 20 s")") }
        }
        end(subject)
    }

    private func start(fault: String? = nil) throws -> Subject {
        try Subject(binary, deployment, fault: fault) { [load] in load.aim(at: $0) }
    }

    /// Kills what still runs.
    private func end(_ subject: Subject) {
        load.aim(at: nil)
        subject.kill()
        switch subject.waitEnd(within: .seconds(5)) {
        case .killed: score.kills += 1
        case .drained: break
        case .failed(let code): score.misdeeds.append("it ended by itself with \(code)")
        case nil: score.misdeeds.append("killed, it still ran after 5 s")
        }
    }

    /// Measures how soon a life is at work, until it ends or `age`.
    private func watch(_ subject: Subject, until age: Duration) {
        guard let (address, took) = subject.waitServing(within: max(age - subject.age, .milliseconds(1))) else {
            while subject.isRunning, subject.age < age { pause(.milliseconds(1)) }
            return
        }
        score.serving.add(took)
        score.slowest = max(score.slowest, took)
        var progress = Progress(address, session)
        var hasCaughtUp = false
        while subject.isRunning, subject.age < age {
            if !hasCaughtUp, progress.hasCaughtUp() {
                hasCaughtUp = true
                score.caughtUp.add(subject.age)
            }
            pause(.milliseconds(hasCaughtUp ? 2 : 10))
        }
    }

    /// Starts a second process on the same directory: it must be refused, and the first must not notice.
    private func challenge() throws {
        let second = try Subject(binary, deployment, fault: nil) { _ in }
        let end = second.waitEnd(within: .seconds(10))
        if case .failed = end { return }
        second.kill()
        score.misdeeds.append("a second process on the same directory was not refused")
    }

    /// Lets the process finish what it has, without load, and judges. `republishing`: what the log lost is sent again first.
    func check(republishing: Bool = false) throws {
        score.checks += 1
        let subject = try start()
        defer { end(subject) }
        guard let (address, took) = subject.waitServing(within: .seconds(30)) else {
            score.misdeeds.append("it did not serve within 30 s")
            return
        }
        score.serving.add(took)
        try challenge()
        load.rest()
        if republishing {
            books = Books()
            try settle(at: address, within: .seconds(30))
            let missing = load.acknowledged.filter { books.transfers[$0.key] == nil }.map(\.value).sorted { $0.id < $1.id }
            say("  \(missing.count) acknowledged transfers were in what was cut; published again")
            for start in stride(from: 0, to: missing.count, by: 500) {
                guard case .taken = load.publish(Array(missing[start..<min(start + 500, missing.count)]), at: address) else {
                    throw Trouble("publishing again: no answer")
                }
            }
        }
        try settle(at: address, within: .seconds(30))
        let held = books.transfers
        let vanished = load.acknowledged.keys.filter { held[$0] == nil }.count
        score.vanished = vanished
        say(
            "  checked: \(books.transfers.count) transfers (\(load.acknowledged.count) acknowledged, \(vanished) of them gone), \(books.count("debits")) debits, "
                + "\(books.count("credits")) credits, \(books.count("refused")) refused, \(books.count("late")) late, \(books.count("statements")) statements, "
                + "\(books.count("counts")) counts: \(score.verdict.lost) lost, \(score.verdict.doubled) doubled, \(score.verdict.wrong) wrong, "
                + "money \(oracle.difference(books) == 0 ? "conserved" : "off by \(oracle.difference(books))")")
        for example in score.verdict.examples { say("    \(example)") }
    }

    /// Reads until everything has arrived, or no longer.
    private func settle(at address: String, within limit: Duration) throws {
        let deadline = ContinuousClock.now + limit
        while true {
            try books.read(from: address, session)
            if books.mayBeComplete || ContinuousClock.now >= deadline {
                score.verdict = oracle.judge(books)
                if score.verdict.isClean || score.verdict.doubled > 0 || ContinuousClock.now >= deadline { return }
            }
            pause(.milliseconds(200))
        }
    }

    /// Cuts the end off the log.
    func cutPower(_ random: inout SeededGenerator) throws {
        say("  power cut: \(try PowerCut.cut(deployment, &random))")
        score.cuts += 1
        books = Books()
    }

    /// What the process's own journal says that it must not.
    func complaints() -> [String] {
        guard let text = try? String(contentsOfFile: deployment.journal, encoding: .utf8) else { return [] }
        let bad = [#""level":"error""#, "Fatal error", "quarantined"]
        return text.split(separator: "\n").filter { line in bad.contains { line.contains($0) } }.map(String.init)
    }
}
