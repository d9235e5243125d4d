internal import Execution

/// How one life of the process ends.
enum Fate: CustomStringConvertible {
    /// Killed so long after it was started.
    case kill(after: Duration)
    /// Killed by itself at the nth pass of a fault point; from outside, should it not come there within the limit.
    case fault(FaultPoint, pass: Int, within: Duration)
    /// Stopped for a while, as by a machine that hangs, and killed so long after it goes on.
    case stall(after: Duration, for: Duration, then: Duration)
    /// Told to stop so long after it serves, and left to drain.
    case drain(after: Duration)
    /// Told to stop, and killed so long after that.
    case killDraining(after: Duration, then: Duration)

    var description: String {
        switch self {
        case .kill(let after): "kill after \(after)"
        case .fault(let point, let pass, _): "kill at \(point.rawValue):\(pass)"
        case .stall(let after, let span, let then): "stall after \(after) for \(span), kill \(then) later"
        case .drain(let after): "drain after \(after)"
        case .killDraining(let after, let then): "drain after \(after), kill \(then) later"
        }
    }
}

/// Draws what happens next; a seed repeats it.
struct FatePlan {
    private var random: SeededGenerator
    private var points = FaultPoint.allCases.makeIterator()

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func next() -> Fate {
        let draw = random.unit()
        if draw < 0.60 { return .kill(after: killTime()) }
        if draw < 0.63 {
            let (after, span) = (random.milliseconds(200...1_000), random.milliseconds(500...2_500))
            return .stall(after: after, for: span, then: random.milliseconds(0...800))
        }
        if draw < 0.90 { return fault() }
        if draw < 0.95 { return .drain(after: random.milliseconds(0...800)) }
        return .killDraining(after: random.milliseconds(0...800), then: random.milliseconds(0...60))
    }

    /// Mostly at work, now and then while it starts, rarely after the first writes behind.
    private mutating func killTime() -> Duration {
        let draw = random.unit()
        if draw < 0.15 { return random.milliseconds(0...200) }
        if draw < 0.97 { return random.milliseconds(150...1_800) }
        return random.milliseconds(5_000...6_500)
    }

    /// Every point in its turn, so that none is left out.
    private mutating func fault() -> Fate {
        guard let point = points.next() else {
            points = FaultPoint.allCases.makeIterator()
            return fault()
        }
        switch point {
        case .freezing, .frozen, .committing, .committed, .published:
            return .fault(point, pass: random.integer(in: 1...60), within: .seconds(3))
        case .recovering, .recovered: return .fault(point, pass: random.integer(in: 1...8), within: .seconds(2))
        // What is written behind is written every five seconds, a task each, and flushed as often.
        case .writing, .written: return .fault(point, pass: random.integer(in: 1...8), within: .seconds(7))
        // The ledger ends in outlets alone.
        case .delivering, .delivered: return fault()
        case .flushed: return .fault(point, pass: 1, within: .seconds(7))
        }
    }

    /// Whether the state is thrown away before the next start.
    mutating func losesState() -> Bool { random.unit() < 0.1 }
}
