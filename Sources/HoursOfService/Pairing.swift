internal import StreamCore

/// The choice of which rests of a tour are halves of a split, and what that leaves of driving and window limits.
///
/// Rests are numbered from 1, 0 is the tour's beginning, the one after the last is the full rest that ends the tour. A pairing is a row of
/// *closings*: rests that complete a pair. Each is judged, back to the closing before, with one first half left out of the window, and
/// the clocks go on from the end of the latest rest that it pairs with (FMCSA, example 18: the two need not be the same). A first half
/// lies at or behind the closing before it, so each rest is a first half once. Of all rows the one with the fewest violations counts:
/// egregious ones first, then others, then nominal ones; among equals the one that leaves the most hours.
struct Pairing {
    enum Clock {
        case drive
        case window
    }

    /// A stretch of driving that is over a limit.
    struct Found {
        let clock: Clock
        let stretch: Range<Int>
        let at: Micros
        let limit: Micros
        let actual: Micros
        let since: Micros
        let excluded: Micros
    }

    /// What a row of closings costs.
    struct Cost: Comparable {
        var egregious = 0
        var plain = 0
        var nominal = 0
        var over: Micros = 0

        static func + (a: Cost, b: Cost) -> Cost {
            Cost(egregious: a.egregious + b.egregious, plain: a.plain + b.plain, nominal: a.nominal + b.nominal, over: a.over + b.over)
        }

        var severity: (Int, Int, Int) { (egregious, plain, nominal) }

        static func < (a: Cost, b: Cost) -> Bool {
            (a.egregious, a.plain, a.nominal, a.over) < (b.egregious, b.plain, b.nominal, b.over)
        }
    }

    /// A step from one closing to the next: the first half that is left out, 0 for none where the tour ends without another closing.
    struct Step {
        var closing: Int
        var half: Int
        var next: Int
    }

    let tour: Tour
    private let segments: [Segment]
    private let asOf: Micros
    /// Rests 1 to n, the closing full rest behind them where there is one.
    private let rests: [Rest]
    private let open: Int
    /// Driving stretches, by the number of the rest before them.
    private let stretches: [[Stretch]]
    private let driven: [Micros]
    private let worked: [Micros]
    private let totalDriven: Micros
    private let totalWorked: Micros
    /// Where the window stands still whatever is paired.
    private let standstills: [Segment]
    /// The steps chosen, in order.
    private(set) var steps: [Step] = []
    /// The closing whose clocks hold in the end.
    private(set) var last = 0

    /// Driving without a break, with what had been driven and worked in the tour before it.
    struct Stretch {
        var range: Range<Int>
        var start: Micros
        var length: Micros
        var driven: Micros
        var worked: Micros
    }

    init(_ tour: Tour, _ segments: [Segment], asOf: Micros) {
        self.tour = tour
        self.segments = segments
        self.asOf = asOf
        open = tour.rests.count
        rests = tour.rests + (tour.closing.map { [$0] } ?? [])
        var stretches: [[Stretch]] = [[]]
        var (drivenAt, workedAt): ([Micros], [Micros]) = ([0], [0])
        var (driven, worked): (Micros, Micros) = (0, 0)
        var next = 0
        var index = tour.first
        while index < tour.end {
            if next < open, tour.rests[next].start <= segments[index].start {
                next += 1
                stretches.append([])
                drivenAt.append(driven)
                workedAt.append(worked)
                index = max(index, tour.rests[next - 1].next)
                continue
            }
            let segment = segments[index]
            if segment.kind == .driving {
                if let open = stretches[next].last, open.range.upperBound == index {
                    stretches[next][stretches[next].count - 1].range = open.range.lowerBound..<index + 1
                    stretches[next][stretches[next].count - 1].length += segment.length
                } else {
                    stretches[next].append(
                        Stretch(range: index..<index + 1, start: segment.start, length: segment.length, driven: driven, worked: worked))
                }
                driven += segment.length
            }
            if segment.kind.isDuty { worked += segment.length }
            index += 1
        }
        self.stretches = stretches
        self.driven = drivenAt
        self.worked = workedAt
        (totalDriven, totalWorked) = (driven, worked)
        standstills = segments[tour.first..<tour.end].filter(\.kind.isOutsideWindow)
    }

    /// Whether two rests are the halves of a split.
    private func pairs(_ a: Int, _ b: Int) -> Bool {
        guard let split = tour.rules.split else { return false }
        let (first, second) = (rests[a - 1], rests[b - 1])
        let berth = split.berth.microseconds
        guard first.counted(split) + second.counted(split) >= split.total.microseconds, second.counted(split) >= split.each.microseconds
        else { return false }
        return split.isBerthOnly ? first.berth >= berth && second.berth >= berth : first.berth >= berth || second.berth >= berth
    }

    /// The rest from whose end the clocks go on once `closing` has closed a pair: the latest that it pairs with.
    private func origin(_ closing: Int) -> Int {
        closing == 0 ? 0 : (1..<closing).last { pairs($0, closing) } ?? 0
    }

    private func end(of rest: Int) -> Micros { rest == 0 ? tour.start : rests[rest - 1].end }

    /// Chooses the row of closings.
    mutating func choose() {
        if rests.count < 2 || !(1..<rests.count).contains(where: { a in (a + 1...rests.count).contains { pairs(a, $0) } }) {
            steps = [Step(closing: 0, half: 0, next: 0)]
            return
        }
        var best: [(cost: Cost, step: Step?)?] = Array(repeating: nil, count: rests.count + 1)
        best[0] = (Cost(), nil)
        var chosen: (cost: Cost, hours: Micros, step: Step)?
        for closing in 0...rests.count {
            guard let (cost, _) = best[closing] else { continue }
            if closing <= open {
                let step = Step(closing: closing, half: 0, next: 0)
                let total = cost + self.cost(step)
                let hours = tour.closing == nil ? hoursLeft(closing) : 0
                if chosen.map({ Pairing.isBetter((total, hours), than: ($0.cost, $0.hours)) }) ?? true { chosen = (total, hours, step) }
            } else if chosen.map({ Pairing.isBetter((cost, 0), than: ($0.cost, $0.hours)) }) ?? true {
                chosen = (cost, 0, Step(closing: closing, half: 0, next: -1))
            }
            for half in max(1, closing)..<max(1, closing, rests.count) {
                for next in half + 1..<rests.count + 1 where pairs(half, next) {
                    let step = Step(closing: closing, half: half, next: next)
                    let total = cost + self.cost(step)
                    if best[next].map({ total < $0.cost }) ?? true { best[next] = (total, step) }
                }
            }
        }
        guard let final = chosen?.step else { return }
        last = min(final.closing, open)
        var row = final.next < 0 ? [] : [final]
        var at = final.closing
        while let step = best[at]?.step {
            row.append(step)
            at = step.closing
        }
        steps = row.reversed()
        if final.next < 0 { last = steps.last?.closing ?? 0 }
    }

    private static func isBetter(_ a: (cost: Cost, hours: Micros), than b: (cost: Cost, hours: Micros)) -> Bool {
        if a.cost.severity != b.cost.severity { return a.cost.severity < b.cost.severity }
        if a.hours != b.hours { return a.hours > b.hours }
        return a.cost.over < b.cost.over
    }

    private func cost(_ step: Step) -> Cost {
        var cost = Cost()
        visit(step) { found in
            let over = found.actual - found.limit
            switch Violation.Severity(over: over) {
            case .egregious: cost.egregious += 1
            case .violation: cost.plain += 1
            case .nominal: cost.nominal += 1
            }
            cost.over += over
        }
        return cost
    }

    /// The violations of the row chosen.
    func violations() -> [Found] {
        var found: [Found] = []
        for step in steps { visit(step) { found.append($0) } }
        return found
    }

    /// Judges the driving between a step's closing and its next one.
    private func visit(_ step: Step, _ body: (Found) -> Void) {
        let origin = origin(step.closing)
        let limits = limits(step)
        let since = end(of: origin)
        for gap in step.closing..<(step.next == 0 ? open + 1 : step.next) {
            let paired = excluded(step, at: gap)
            for stretch in stretches[gap] {
                let excluded = paired + outside(step, at: gap, from: since, to: stretch.start)
                if let limit = limits.drive {
                    Pairing.judge(.drive, stretch, stretch.driven - driven[origin], limit, since, 0, body)
                }
                if let limit = limits.window {
                    let used =
                        switch tour.rules.windowKind {
                        case .elapsed: stretch.start - since - excluded
                        case .onDuty: stretch.worked - worked[origin]
                        }
                    Pairing.judge(.window, stretch, used, limit, since, tour.rules.windowKind == .elapsed ? excluded : 0, body)
                }
            }
        }
    }

    private static func judge(
        _ clock: Clock, _ stretch: Stretch, _ used: Micros, _ limit: Micros, _ since: Micros, _ excluded: Micros, _ body: (Found) -> Void
    ) {
        guard used + stretch.length > limit else { return }
        body(
            Found(
                clock: clock, stretch: stretch.range, at: stretch.start + max(0, limit - used), limit: limit, actual: used + stretch.length,
                since: since, excluded: excluded))
    }

    /// What does not count in the window behind rest `gap`: the closing, and the first half of the next pair once it is over.
    private func excluded(_ step: Step, at gap: Int) -> Micros {
        var sum: Micros = step.closing > 0 ? rests[step.closing - 1].length : 0
        if step.half > step.closing, step.half <= gap { sum += rests[step.half - 1].length }
        return sum
    }

    /// What else does not count in the window between two instants: what lies outside it by itself, and in no rest that is left out whole.
    private func outside(_ step: Step, at gap: Int, from since: Micros, to instant: Micros) -> Micros {
        if standstills.isEmpty { return 0 }
        var left: [Int] = step.closing > 0 ? [step.closing] : []
        if step.half > step.closing, step.half <= gap { left.append(step.half) }
        return standstills.reduce(0) { sum, segment in
            guard segment.start >= since, segment.start < instant,
                !left.contains(where: { rests[$0 - 1].start <= segment.start && segment.end <= rests[$0 - 1].end })
            else { return sum }
            return sum + segment.length
        }
    }

    /// The limits between a step's closing and its next one, exemptions claimed in that time included.
    private func limits(_ step: Step) -> (drive: Micros?, window: Micros?) {
        let rules = tour.rules
        var (drive, window) = (rules.drivingLimit?.microseconds, rules.windowLimit?.microseconds)
        if tour.claims.isEmpty { return (drive, window) }
        let from = end(of: origin(step.closing))
        let until = step.next <= 0 ? Micros.max : rests[step.next - 1].start
        let claims = tour.claims.filter { $0.at >= from && $0.at < until }
        if claims.contains(where: { $0.exemption == .adverseDriving }) {
            drive = drive.map { $0 + rules.adverseExtension.microseconds }
            window = window.map { $0 + rules.adverseExtension.microseconds }
        }
        if let extended = rules.extendedWindow?.microseconds, claims.contains(where: { $0.exemption == .shortHaul16 }) {
            window = window.map { max($0, extended) }
        }
        return (drive, window)
    }

    /// What is left of driving and window when nothing more is closed behind `closing`, and the limits it is left of.
    func left(behind closing: Int) -> (drive: Micros?, window: Micros?) {
        let step = Step(closing: closing, half: 0, next: 0)
        let origin = origin(closing)
        let limits = limits(step)
        let used =
            switch tour.rules.windowKind {
            case .elapsed:
                asOf - end(of: origin) - excluded(step, at: open) - outside(step, at: open, from: end(of: origin), to: asOf)
            case .onDuty: totalWorked - worked[origin]
            }
        return (limits.drive.map { $0 - (totalDriven - driven[origin]) }, limits.window.map { $0 - used })
    }

    private func hoursLeft(_ closing: Int) -> Micros {
        let left = left(behind: closing)
        return max(0, left.drive ?? 0) + max(0, left.window ?? 0)
    }
}
