internal import Execution

/// One thing that is done to the cluster.
enum Blow: CustomStringConvertible {
    /// A process is killed and comes back after so long; perhaps without its state, perhaps to end itself at a fault point.
    case kill(member: Int, down: Duration, losingState: Bool, fault: Fault?)
    /// A process stands still for longer than its transactions and its membership live, and goes on.
    case stall(member: Int, for: Duration)
    /// A process and the brokers do not reach each other.
    case cut(member: Int, Line.Fault, for: Duration)
    /// The broker that leads one partition is killed and comes back.
    case killLeader(of: Seat, down: Duration)
    /// A process is told to stop, and comes back.
    case drain(member: Int, down: Duration)
    /// So many processes from now on.
    case scale(to: Int)

    /// Where a process ends itself.
    struct Fault: CustomStringConvertible {
        let point: FaultPoint
        let pass: Int
        var description: String { "\(point.rawValue):\(pass)" }
    }

    /// What a broker may lead.
    enum Seat: String, CaseIterable {
        /// The partition that the clients' transfers go to.
        case inlet = "bank.transfers"
        /// A task's changelog.
        case changelog = "ledger.accounts.changelog"
        /// What one stage sends to the next.
        case shuffle = "ledger.receivers.repartition"
        /// The coordinator of some transactions.
        case transactions = "__transaction_state"
        /// The coordinator of some group.
        case group = "__consumer_offsets"
    }

    var description: String {
        switch self {
        case .kill(let member, let down, let losingState, let fault):
            "kill \(member), down \(down)" + (losingState ? ", state lost" : "") + (fault.map { ", then at \($0)" } ?? "")
        case .stall(let member, let span): "stall \(member) for \(span)"
        case .cut(let member, let fault, let span): "cut \(member) off, \(fault.rawValue), for \(span)"
        case .killLeader(let seat, let down): "kill the leader of \(seat.rawValue), down \(down)"
        case .drain(let member, let down): "drain \(member), down \(down)"
        case .scale(let count): "scale to \(count)"
        }
    }
}

/// Draws what happens to a cluster; a seed repeats it. Dealt from a deck, so that each kind comes as often as it must.
struct BlowPlan {
    private enum Card { case kill, wipe, fault, leader, stall, cut, drain, scale }

    private var random: SeededGenerator
    private var deck: [Card] = []
    private var points = FaultPoint.allCases.makeIterator()
    private var sizes: [Int] = []
    private let breaksBrokers: Bool

    /// Whether a deck has been dealt to its last card: each kind of blow has come as often as it is in there. In one are ten kills of a
    /// process and three of a broker.
    var isDealt: Bool { deck.isEmpty }

    /// Brokers that run elsewhere are left alone, and so is the way to them.
    init(seed: UInt64, breaksBrokers: Bool) {
        random = SeededGenerator(seed: seed)
        self.breaksBrokers = breaksBrokers
    }

    /// What is done next, of `members` that are meant to run, and how long afterwards nothing else is.
    mutating func next(_ members: Int) -> (blow: Blow, rest: Duration) {
        let card = draw()
        let member = random.integer(in: 0...members - 1)
        let blow: Blow =
            switch card {
            case .kill: .kill(member: member, down: downTime(), losingState: false, fault: nil)
            case .wipe: .kill(member: member, down: downTime(), losingState: true, fault: nil)
            case .fault: .kill(member: member, down: random.milliseconds(0...500), losingState: false, fault: fault())
            case .leader: .killLeader(of: random.pick(Blow.Seat.allCases), down: random.milliseconds(500...6_000))
            case .stall: .stall(member: member, for: random.milliseconds(11_000...16_000))
            case .cut: .cut(member: member, random.pick(Line.Fault.allCases), for: random.milliseconds(500...14_000))
            case .drain: .drain(member: member, down: random.milliseconds(0...2_000))
            case .scale: .scale(to: size())
            }
        return (blow, random.milliseconds(300...4_000))
    }

    private mutating func draw() -> Card {
        while true {
            if deck.isEmpty {
                deck = [
                    .kill, .kill, .kill, .kill, .kill, .kill, .wipe, .fault, .fault, .fault, .leader, .leader, .leader, .stall, .cut, .cut,
                ]
                deck += [.drain, .scale]
            }
            let card = deck.remove(at: random.integer(in: 0...deck.count - 1))
            if breaksBrokers || card != .leader && card != .cut { return card }
        }
    }

    /// Mostly back at once, as a supervisor would have it; now and then after its tasks have moved.
    private mutating func downTime() -> Duration {
        let draw = random.unit()
        if draw < 0.6 { return random.milliseconds(0...300) }
        if draw < 0.85 { return random.milliseconds(300...5_000) }
        return random.milliseconds(11_000...14_000)
    }

    /// Every point in its turn.
    private mutating func fault() -> Blow.Fault {
        guard let point = points.next() else {
            points = FaultPoint.allCases.makeIterator()
            return fault()
        }
        switch point {
        case .freezing, .frozen, .committing, .committed, .published: return Blow.Fault(point: point, pass: random.integer(in: 1...40))
        // What runs here ends in outlets alone.
        case .delivering, .delivered: return fault()
        case .recovering, .recovered, .writing, .written: return Blow.Fault(point: point, pass: random.integer(in: 1...4))
        case .flushed: return Blow.Fault(point: point, pass: 1)
        }
    }

    private mutating func size() -> Int {
        if sizes.isEmpty { sizes = [1, 3, 2] }
        return sizes.removeFirst()
    }
}
