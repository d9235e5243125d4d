internal import Execution
internal import HTTPClient
internal import StreamCore

/// Runs the process life after life and lets the oracle look at what is left.
final class Torturer {
    private let binary: String
    private let deployment: Deployment
    private let load: Load
    private let session: HTTPSession
    private let say: (String) -> Void
    private var audit: Audit
    private(set) var score = Score()

    init(_ binary: String, _ deployment: Deployment, _ load: Load, say: @escaping (String) -> Void) {
        self.binary = binary
        self.deployment = deployment
        self.load = load
        self.say = say
        session = HTTPSession()
        audit = Audit(opening: deployment.opening, session)
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
        defer { load.resume() }
        if republishing {
            audit.forget()
            _ = try audit.settle(at: address, within: .seconds(30))
            let held = audit.books.transfers
            let missing = load.acknowledged.filter { held[$0.key] == nil }.map(\.value).sorted { $0.id < $1.id }
            say("  \(missing.count) acknowledged transfers were in what was cut; published again")
            for start in stride(from: 0, to: missing.count, by: 500) {
                guard case .taken = load.publish(Array(missing[start..<min(start + 500, missing.count)]), at: address) else {
                    throw Trouble("publishing again: no answer")
                }
            }
        }
        score.verdict = try audit.settle(at: address, within: .seconds(30))
        score.vanished = audit.vanished(of: load)
        audit.report(score.verdict, load, say)
    }

    /// Cuts the end off the log.
    func cutPower(_ random: inout SeededGenerator) throws {
        say("  power cut: \(try PowerCut.cut(deployment, &random))")
        score.cuts += 1
        audit.forget()
    }

    /// What the process's own journal says that it must not.
    func complaints() -> [String] { Journal.complaints(in: deployment.journal) }
}
