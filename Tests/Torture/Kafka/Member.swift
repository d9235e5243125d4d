internal import Foundation
internal import HTTPClient

/// One process of the cluster, life after life.
/// ```
/// away ──wanted──▶ down ──due──▶ up ──killed, ended──▶ down
///                                ├──stall──▶ stalled ──due──▶ up
///                                └──told to stop──▶ draining ──ended──▶ down or away
/// ```
final class Member {
    let number: Int
    private let binary: String
    private let deployment: Deployment
    private let line: Line?
    private let load: Load
    private var state = State.away
    private var isCutUntil: ContinuousClock.Instant?
    /// Until when it may find that it hangs and end by itself.
    private var mayGiveUpUntil = ContinuousClock.now
    private var expectsFault = false
    private var hasServed = false
    private var lives = 0
    private let session = HTTPSession()
    private var nextLook = ContinuousClock.now

    private enum State {
        /// Not meant to run.
        case away
        /// To be started then.
        case down(until: ContinuousClock.Instant, fault: Blow.Fault?)
        case up(Subject)
        case stalled(Subject, until: ContinuousClock.Instant)
        /// `down`: for how long after its end; `nil`: for good.
        case draining(Subject, until: ContinuousClock.Instant, down: Duration?)
    }

    init(_ number: Int, _ binary: String, _ deployment: Deployment, _ line: Line?, _ load: Load) {
        self.number = number
        self.binary = binary
        self.deployment = deployment
        self.line = line
        self.load = load
    }

    /// How long one that was told to stop may take: its drain limit and some time to leave.
    private static let drainLimit = Duration.seconds(45)
    /// How long after it was cut off or stalled a process may still be about to end itself.
    private static let grace = Duration.seconds(90)

    /// The address of the life it is in, where clients are sent to it.
    var address: String? {
        if hasServed, case .up(let subject) = state { return subject.waitServing(within: .zero)?.address }
        return nil
    }

    /// What it is at, in words: other ones as soon as anything has become of it.
    var mark: String {
        switch state {
        case .away: "\(number) away"
        case .down: "\(number) down"
        case .up: "\(number) up\(hasServed ? ", serving" : "")\(isCutUntil == nil ? "" : ", cut off"), life \(lives)"
        case .stalled: "\(number) stalled"
        case .draining: "\(number) draining"
        }
    }

    /// Whether it is up and nothing is being done to it.
    var isAtEase: Bool {
        if case .up = state, isCutUntil == nil { return true }
        return false
    }

    /// Whether nothing is being done to it, or it is not meant to run.
    var isSettled: Bool { isAway || isAtEase }

    var isAway: Bool {
        if case .away = state { return true }
        return false
    }

    /// Has it run, now if it does not.
    func want() {
        if isAway { state = .down(until: .now, fault: nil) }
    }

    /// Kills it.
    func kill(down: Duration, losingState: Bool, fault: Blow.Fault?, _ score: inout Score) throws {
        guard let subject = subject else { return }
        load.aim(at: nil, of: number)
        subject.kill()
        switch subject.waitEnd(within: .seconds(10)) {
        case .killed: score.kills += 1
        case .drained: break
        case .failed(let code): score.misdeeds.append("process \(number) ended by itself with \(code)")
        case nil: score.misdeeds.append("process \(number), killed, still ran after 10 s")
        }
        if losingState {
            try deployment.wipeState()
            score.wipes += 1
        }
        state = .down(until: .now + down, fault: fault)
    }

    /// Takes its time away for so long.
    func stall(for span: Duration, _ score: inout Score) {
        guard case .up(let subject) = state else { return }
        subject.hold(true)
        score.stalls += 1
        state = .stalled(subject, until: .now + span)
    }

    /// Cuts it off from the brokers for so long.
    func cut(_ fault: Line.Fault, for span: Duration, _ score: inout Score) {
        guard let line else { return }
        line.set(fault)
        score.networkCuts += 1
        isCutUntil = .now + span
    }

    /// Tells it to stop; it comes back after `down`, or not at all.
    func drain(down: Duration?, _ score: inout Score) {
        guard case .up(let subject) = state else { return state = down.map { .down(until: .now + $0, fault: nil) } ?? .away }
        subject.terminate()
        score.drains += 1
        state = .draining(subject, until: .now + Member.drainLimit, down: down)
    }

    /// Undoes what is being done to it, as soon as that can be. One that is still to end itself at a fault point is killed now, and not while
    /// somebody looks.
    func relieve(_ score: inout Score) throws {
        if isCutUntil != nil { isCutUntil = .now }
        switch state {
        case .up, .stalled:
            if expectsFault { return try kill(down: .zero, losingState: false, fault: nil, &score) }
            if case .stalled(let subject, _) = state { state = .stalled(subject, until: .now) }
        case .down: state = .down(until: .now, fault: nil)
        default: break
        }
    }

    /// Does what is due and takes note of what has happened; called again and again.
    func tend(_ score: inout Score) throws {
        let now = ContinuousClock.now
        if let until = isCutUntil, now >= until {
            line?.set(nil)
            isCutUntil = nil
            mayGiveUpUntil = now + Member.grace
        }
        switch state {
        case .away: break
        case .down(let until, let fault) where now >= until: try start(fault)
        case .down: break
        case .up(let subject):
            if !hasServed, let (address, _) = subject.waitServing(within: .zero), isReady(address) {
                hasServed = true
                score.serving.add(subject.age)
                load.aim(at: address, of: number)
            }
            if !subject.isRunning { ended(subject, &score) }
        case .stalled(let subject, let until) where now >= until:
            subject.hold(false)
            mayGiveUpUntil = now + Member.grace
            state = .up(subject)
        case .stalled: break
        case .draining(let subject, let until, let down):
            if subject.isRunning, now < until { break }
            load.aim(at: nil, of: number)
            let end = subject.waitEnd(within: .zero)
            // One that has not got as far as to listen for signals ends by them.
            if end != .drained, hasServed || end != .failed(SIGTERM) {
                score.misdeeds.append("process \(number), told to stop, ended as \(end.map { "\($0)" } ?? "still running at its limit")")
            }
            if end == nil { subject.kill() }
            state = down.map { .down(until: now + $0, fault: nil) } ?? .away
        }
    }

    /// What keeps clients from a process that starts, as whoever shares them out asks it.
    private func isReady(_ address: String) -> Bool {
        if ContinuousClock.now < nextLook { return false }
        var request = HTTPClientRequest("GET", "\(address)/health/ready")
        request.totalTimeout = .seconds(1)
        defer { nextLook = .now + .milliseconds(50) }
        return (try? session.send(request))?.status == 200
    }

    private func start(_ fault: Blow.Fault?) throws {
        hasServed = false
        lives += 1
        expectsFault = fault != nil
        state = .up(try Subject(binary, deployment, fault: fault?.description))
    }

    /// It ended, and nobody had just killed it.
    private func ended(_ subject: Subject, _ score: inout Score) {
        load.aim(at: nil, of: number)
        let end = subject.waitEnd(within: .seconds(1))
        if end == .killed, expectsFault {
            score.kills += 1
            score.faults += 1
        } else if end == .failed(Member.hung), isCutUntil != nil || ContinuousClock.now < mayGiveUpUntil {
            score.givenUp += 1
        } else {
            score.misdeeds.append("process \(number) ended by itself: \(end.map { "\($0)" } ?? "gone")")
        }
        state = .down(until: .now + .milliseconds(200), fault: nil)
    }

    /// How a process ends that finds that it hangs.
    private static let hung: Int32 = 70

    private var subject: Subject? {
        switch state {
        case .away, .down: nil
        case .up(let subject), .stalled(let subject, _), .draining(let subject, _, _): subject
        }
    }

    /// Ends it for good.
    func end() {
        load.aim(at: nil, of: number)
        subject?.kill()
        _ = subject?.waitEnd(within: .seconds(5))
        state = .away
        line?.close()
    }

    /// What its journal says that it must not. Brokers that are away are a reason to wait, and to say so.
    var complaints: [String] { Journal.complaints(in: deployment.journal, but: ["the log does not answer", "process ends: it hangs"]) }
}
