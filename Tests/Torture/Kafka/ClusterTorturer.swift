internal import Foundation
internal import HTTPClient
internal import StreamCore
internal import TestServers

/// Does things to processes that share one Kafka, and to its brokers, and lets the oracle look at what is left.
final class ClusterTorturer {
    private let members: [Member]
    private let brokers: Brokers
    private let reader: ForeignReader
    private let load: Load
    private let session = HTTPSession()
    private let say: @Sendable (String) -> Void
    private var audit: Audit
    /// Who asks for accounts, while somebody does.
    private var asking: StateReader?
    private(set) var score = Score()
    /// How many processes are meant to run.
    private(set) var size = 0

    init(_ server: KafkaServer, _ members: [Member], _ load: Load, opening: Int, say: @escaping @Sendable (String) -> Void) {
        self.members = members
        self.load = load
        self.say = say
        brokers = Brokers(server, say: say)
        reader = ForeignReader(server: server)
        audit = Audit(opening: opening, session)
    }

    /// How many brokers were killed.
    var brokerKills: Int { brokers.kills }

    /// Has so many processes run: others are told to stop.
    func scale(to count: Int) {
        size = count
        for member in members {
            if member.number < count { member.want() } else if !member.isAway { member.drain(down: nil, &score) }
        }
    }

    /// Does one thing, and nothing more for a while.
    func strike(_ blow: Blow, then rest: Duration) throws {
        switch blow {
        case .kill(let member, let down, let losingState, let fault):
            try whenAtEase(member) { try members[member].kill(down: down, losingState: losingState, fault: fault, &score) }
        case .stall(let member, let span): try whenAtEase(member) { members[member].stall(for: span, &score) }
        case .cut(let member, let fault, let span): try whenAtEase(member) { members[member].cut(fault, for: span, &score) }
        case .drain(let member, let down): try whenAtEase(member) { members[member].drain(down: down, &score) }
        case .killLeader(let seat, let down):
            try tend(until: { brokers.areWhole }, whileMoving: { brokers.mark })
            brokers.killLeader(of: seat, partition: 0, down: down)
        case .scale(let count):
            try tend(until: { members.allSatisfy(\.isSettled) }, whileMoving: { mark })
            scale(to: count)
        }
        try tend(for: rest)
    }

    /// Restarts every process in its turn, in order, while transfers are published and accounts are asked for: the share of requests answered.
    func roll(times: Int, seed: UInt64, accounts: Int) throws -> (answered: Int, asked: Int) {
        let reader = StateReader(seed: seed, accounts: accounts)
        asking = reader
        defer { asking = nil }
        let before = settledRequests()
        for _ in 0..<times {
            for member in running {
                try serve()
                try tend(for: .seconds(2))
                member.drain(down: .zero, &score)
            }
        }
        try serve()
        let (read, after) = (reader.end(), settledRequests())
        let (published, taken) = (after.asked - before.asked, after.taken - before.taken)
        say(
            "  rolling restarts: of \(published) requests to publish \(taken) were taken, of \(read.asked) for an account \(read.answered) answered"
        )
        for failure in read.failures + load.refusals.suffix(3) { say("    \(failure)") }
        return (taken + read.answered, published + read.asked)
    }

    /// How many requests were made and taken, none of them under way.
    private func settledRequests() -> (asked: Int, taken: Int) {
        load.rest()
        defer { load.resume() }
        return load.requests
    }

    /// Takes all brokers away for a while: it must be said, and go on by itself when they are back.
    func blackOut(_ nodes: Int) throws {
        try serve()
        try brokers.blackOut(nodes) {
            for member in running {
                guard let address = member.address else { continue }
                var said = ("", "")
                let isSaid = try tend {
                    pause(.milliseconds(200))
                    said = (text("\(address)/health"), text("\(address)/ops/jobs"))
                    return said.0.contains("UNHEALTHY") && said.1.contains("WAITING")
                } whileMoving: {
                    "\(said.0.contains("UNHEALTHY"))"
                }
                if !isSaid { fail("process \(member.number) does not say that it waits for the brokers: \(text("\(address)/ops/jobs"))") }
            }
        }
    }

    private func text(_ url: String) -> String {
        var request = HTTPClientRequest("GET", url)
        request.totalTimeout = .seconds(20)
        return (try? session.send(request)).map { String(decoding: $0.body, as: UTF8.self) } ?? ""
    }

    /// Waits until all processes serve and all tasks run and have read what there was by then; `false`, and said, where that does not come.
    @discardableResult private func serve() throws -> Bool {
        let isServing = try tend {
            brokers.areWhole && members.allSatisfy(\.isSettled) && running.allSatisfy { $0.address != nil }
        } whileMoving: {
            mark
        }
        guard isServing, let address = running.first?.address else {
            fail("not every process serves: \(mark)")
            return false
        }
        var progress = Progress(address, session)
        let hasCaughtUp = try tend {
            pause(.milliseconds(100))
            return progress.hasCaughtUp()
        } whileMoving: {
            progress.mark
        }
        if !hasCaughtUp { fail("not every task runs and has caught up: \(mark); \(standing(address))") }
        return hasCaughtUp
    }

    /// Waits until a member is one to whom something can be done, and does it.
    private func whenAtEase(_ member: Int, _ work: () throws -> Void) throws {
        try tend(until: { members[member].isAtEase }, whileMoving: { mark })
        try work()
    }

    /// Sees to all members for so long.
    private func tend(for span: Duration) throws {
        let deadline = ContinuousClock.now + span
        repeat { try tendOnce() } while ContinuousClock.now < deadline
    }

    /// Sees to all members until `isDone`; `false` when what is waited for has not moved for too long, as `mark` tells it.
    @discardableResult private func tend(until isDone: () -> Bool, whileMoving mark: () -> String) throws -> Bool {
        var standstill = Standstill()
        while !isDone() {
            try tendOnce()
            if standstill.hasCome(mark()) { return false }
        }
        return true
    }

    private func tendOnce() throws {
        for member in members { try member.tend(&score) }
        asking?.aim(at: running.compactMap(\.address))
        pause(.milliseconds(5))
    }

    /// What moves while processes and brokers come back.
    private var mark: String { members.map(\.mark).joined(separator: ", ") + "; brokers \(brokers.mark)" }

    /// Undoes everything, lets the processes finish what they have, without load, and judges.
    func check() throws {
        score.checks += 1
        for member in members { try member.relieve(&score) }
        let began = ContinuousClock.now
        guard try serve(), let first = running.first?.address, let last = running.last?.address else { return }
        score.caughtUp.add(ContinuousClock.now - began)
        load.rest()
        defer { load.resume() }
        score.verdict = try audit.settle(at: last, within: .seconds(60))
        score.vanished = audit.vanished(of: load)
        audit.report(score.verdict, load, say)
        let differences = try StateAudit(session: session).differences(at: first, from: audit.books)
        score.verdict.note(\.wrong, differences.count, differences[0])
        for difference in differences.prefix(5) { say("    \(difference)") }
    }

    /// Reads everything with a consumer that is not ours, and judges that too.
    func checkFromOutside() throws {
        load.rest()
        let foreign = try reader.books()
        let verdict = audit.judge(foreign)
        say(
            "  Kafka's own consumer, read_committed: \(foreign.transfers.count) transfers, \(foreign.count("debits")) debits, "
                + "\(foreign.count("credits")) credits: \(verdict.lost) lost, \(verdict.doubled) doubled, \(verdict.wrong) wrong")
        for example in verdict.examples { say("    \(example)") }
        if !verdict.isClean { score.verdict = verdict }
    }

    /// The score, with what the processes and the brokers complained of.
    func finished() -> Score {
        var score = score
        score.misdeeds += members.flatMap { $0.complaints.prefix(5) } + brokers.troubles
        // While brokers are away a request is refused with the reason.
        score.misdeeds += load.refusals.filter { !$0.hasPrefix("503 ") }.prefix(5).map { "a request was refused: \($0)" }
        return score
    }

    func end() { for member in members { member.end() } }

    private var running: [Member] { members.filter { $0.number < size } }

    private func fail(_ misdeed: String) {
        score.misdeeds.append(misdeed)
        say("  \(misdeed)")
    }

    private func standing(_ address: String) -> String { text("\(address)/ops/jobs/ledger") }
}
