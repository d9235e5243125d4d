internal import StreamCore

/// One pass over a log: tours of duty between full rests, each held against the rules in force when it began.
struct Evaluator {
    let log: DutyLog
    let terms: DutyTerms
    let asOf: Micros
    let start: Checkpoint
    let segments: [Segment]
    var result: Evaluation
    /// The entry that holds at the instant of the evaluation.
    let present: DutyEntry?
    var cycle: CycleCount
    var extendedDays: [Int]
    /// Driving so far without an interruption, and from when it counts.
    var drivenSinceBreak: (micros: Micros, since: Micros)
    /// What the clocks show, below nothing too.
    var left = Left()

    init(log: DutyLog, terms: DutyTerms, asOf: EventTime, from start: Checkpoint) {
        self.log = log
        self.terms = terms
        self.asOf = asOf.microseconds
        self.start = start
        let first = start.at == .distantPast ? 0 : log.first(from: start.at)
        segments = log.timeline(from: first, until: asOf) { terms.rules(at: $0) }
        cycle = CycleCount(start.duty, terms)
        extendedDays = start.extendedDays
        drivenSinceBreak = (0, self.asOf)
        result = Evaluation(asOf: asOf, clocks: Clocks(drive: nil, window: nil, rest: nil, cycle: nil))
        present = log.present(at: asOf)
        guard let present, let kind = present.kind else { return }
        (result.status, result.since) = (present.status, present.start)
        (result.isDriving, result.isOnDuty) = (kind == .driving, kind.isDuty)
    }

    mutating func run() -> Evaluation {
        var next = 0
        var tour: Tour?
        while next < segments.count {
            let begin = next
            while next < segments.count, segments[next].kind.isRest { next += 1 }
            if next > begin, let rest = rest(begin, next), rest.length >= terms.rules(at: rest.start).fullRest.microseconds {
                if cycle.rested(rest.length, terms.rules(at: rest.start)) { extendedDays = [] }
                checkpoint(at: next)
            }
            if next == segments.count {
                tour = nil
                break
            }
            if segments[next].kind == .exempt {
                // No duty has begun yet.
                next += 1
                continue
            }
            let current = self.tour(from: &next)
            judge(current)
            tour = current.closing == nil ? current : nil
        }
        finish(tour)
        result.violations.sort { ($0.at, $0.kind, $0.identity.ordinal) < ($1.at, $1.kind, $1.identity.ordinal) }
        return result
    }

    /// The tour that begins with the duty at `next`, which is moved to the full rest that ends it, or to the end.
    private func tour(from next: inout Int) -> Tour {
        let rules = terms.rules(at: segments[next].start)
        var tour = Tour(first: next, start: segments[next].start, rules: rules)
        while next < segments.count {
            let begin = next
            while next < segments.count, segments[next].kind.isRest { next += 1 }
            if let rest = rest(begin, next) {
                if rest.length >= rules.fullRest.microseconds {
                    tour.closing = rest
                    next = begin
                    break
                }
                if let split = rules.split, rest.counted(split) >= split.each.microseconds { tour.rests.append(rest) }
            }
            while next < segments.count, !segments[next].kind.isRest { next += 1 }
        }
        tour.end = next
        return tour
    }

    private func rest(_ first: Int, _ end: Int) -> Rest? {
        if first == end { return nil }
        var rest = Rest(start: segments[first].start, end: segments[end - 1].end, berth: 0, next: end)
        var berth: Micros = 0
        for index in first..<end {
            berth = segments[index].kind == .berth ? berth + segments[index].length : 0
            rest.berth = max(rest.berth, berth)
        }
        return rest
    }

    /// A full rest ends where segment `next` begins: notes it as a place to fold at, unless a passenger's time lies beside it.
    private mutating func checkpoint(at next: Int) {
        guard next < segments.count else { return }
        let segment = segments[next]
        let entry = log.entries[segment.entry]
        guard entry.start.microseconds == segment.start, entry.special != .passengerSeat else { return }
        result.checkpoints.append(Checkpoint(at: entry.start, duty: cycle.days, extendedDays: extendedDays))
    }

    /// Everything about one tour: the pairing of its rests, then break and cycle.
    private mutating func judge(_ tour: Tour) {
        var tour = tour
        claim(&tour)
        var pairing = Pairing(tour, segments, asOf: asOf)
        pairing.choose()
        let isConfirmed = tour.closing != nil
        for found in pairing.violations() { add(found, of: tour, isConfirmed) }
        judgeBreaks(tour, isConfirmed)
        judgeCycle(tour, isConfirmed)
        if tour.closing == nil {
            (left.drive, left.window) = pairing.left(behind: pairing.last)
            left.isWithoutBreak = tour.claims.contains { $0.exemption == .shortHaul150 }
        }
    }

    /// Reads the exemptions that the tour claims.
    private mutating func claim(_ tour: inout Tour) {
        let end = tour.closing?.end ?? .max
        var index = log.first(from: EventTime(tour.start))
        while index < log.entries.count, log.entries[index].start.microseconds < end, log.entries[index].start.microseconds <= asOf {
            if let exemption = log.entries[index].exemption {
                tour.claims.append(Claim(at: log.entries[index].start.microseconds, exemption: exemption))
            }
            index += 1
        }
        if tour.claims.isEmpty { return }
        guard let window = tour.rules.extendedWindow?.microseconds else { return tour.claims.removeAll { $0.exemption == .shortHaul16 } }
        guard let claim = tour.claims.first(where: { $0.exemption == .shortHaul16 }) else { return }
        let day = terms.calendar.day(claim.at)
        let lastDuty = segments[tour.first..<tour.end].last { $0.kind.isDuty }?.end ?? tour.start
        extendedDays.removeAll { day - $0 >= RuleSet.extendedPeriod }
        if extendedDays.count >= tour.rules.extendedUses || lastDuty - tour.start > window {
            return tour.claims.removeAll { $0.exemption == .shortHaul16 }
        }
        extendedDays.append(day)
    }

    /// The keys of the entries of some segments, each once.
    func keys(_ indices: some Sequence<Int>) -> [String] {
        var keys: [String] = []
        for index in indices {
            let key = log.entries[segments[index].entry].key
            if keys.last != key { keys.append(key) }
        }
        return keys
    }

    func anchor(_ stretch: Range<Int>) -> String { log.entries[segments[stretch.lowerBound].entry].key }

    /// Whether the driving that ends with that stretch goes on at the instant of the evaluation.
    func isOngoing(_ stretch: Range<Int>) -> Bool { result.isDriving && stretch.upperBound == segments.count }

    private mutating func add(_ found: Pairing.Found, of tour: Tour, _ isConfirmed: Bool) {
        let stretch = found.stretch
        let carries = tour.rules.carriesPassengers
        let kind: Violation.Kind
        switch found.clock {
        case .drive: kind = carries ? .driving10 : .driving11
        default: kind = carries ? .duty15 : .window14
        }
        let from = segments.partition(after: found.since)
        let counted = (max(tour.first, from)..<stretch.upperBound).filter { index in
            switch segments[index].kind {
            case .driving: found.clock == .drive || index >= stretch.lowerBound
            case .onDuty: found.clock != .drive
            default: false
            }
        }
        result.violations.append(
            Violation(
                identity: .init(kind: kind, anchor: anchor(stretch), ordinal: 0), paragraph: tour.rules.paragraph(kind),
                at: EventTime(found.at), until: EventTime(segments[stretch.upperBound - 1].end), isOngoing: isOngoing(stretch),
                limit: .init(microseconds: found.limit), actual: .init(microseconds: found.actual), since: EventTime(found.since),
                excluded: .init(microseconds: found.excluded), isConfirmed: isConfirmed, entries: keys(counted)))
    }
}

extension [Segment] {
    /// The index of the first segment that begins at or after an instant.
    func partition(after instant: Micros) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle].start < instant { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// An exemption that a tour claims, and when.
struct Claim: Hashable, Sendable {
    let at: Micros
    let exemption: Exemption
}

/// From the first duty after a full rest to the next full rest.
struct Tour: Sendable {
    /// The first segment, and the one after the last.
    let first: Int
    var end = 0
    /// When it begins.
    let start: Micros
    /// The rules in force then.
    let rules: RuleSet
    /// Rests long enough to be part of a split, in order; the one that still goes on too.
    var rests: [Rest] = []
    /// The full rest that ends it, as far as it has come.
    var closing: Rest?
    /// The exemptions it claims.
    var claims: [Claim] = []

    init(first: Int, start: Micros, rules: RuleSet) {
        (self.first, self.start, self.rules) = (first, start, rules)
    }
}

extension Rest {
    /// What of it counts for a split.
    func counted(_ split: RuleSet.Split) -> Micros { split.isBerthOnly ? berth : length }
}

extension RuleSet {
    /// The paragraph that a violation breaks.
    func paragraph(_ kind: Violation.Kind) -> String {
        switch kind {
        case .breakDue: "395.3(a)(3)(ii)"
        case .cycle60: carriesPassengers ? "395.5(b)(1)" : "395.3(b)(1)"
        case .cycle70: carriesPassengers ? "395.5(b)(2)" : "395.3(b)(2)"
        case .driving10: "395.5(a)(1)"
        case .driving11: "395.3(a)(3)(i)"
        case .duty15: "395.5(a)(2)"
        case .window14: "395.3(a)(2)"
        }
    }
}
