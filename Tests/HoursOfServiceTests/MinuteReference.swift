internal import Foundation
internal import HoursOfService
internal import StreamCore

/// The rules written down a second time, for logs of whole minutes: minute by minute, and every way to pair rests tried out.
struct MinuteReference {
    enum Kind { case off, berth, drive, work, waiting, exempt }

    struct Found: Hashable, Comparable {
        let kind: String
        let at: Int
        let until: Int
        let isConfirmed: Bool
        static func < (a: Found, b: Found) -> Bool { (a.at, a.kind) < (b.at, b.kind) }
    }

    /// One answer that the rules allow.
    struct Answer: Hashable {
        var violations: [Found]
        var clocks: [Int?]
    }

    let log: RandomLog
    let rules: RuleSet
    let end: Int
    var kinds: [Kind] = []
    var rests: [Range<Int>] = []
    /// Driving and duty minutes before each minute of the log.
    var driven = [0]
    var worked = [0]
    /// Minutes in which the window stands still, before each minute.
    var still = [0]
    var fullRest: Int { minutes(rules.fullRest) }

    func minutes(_ span: EventTime.Span) -> Int { Int(span.microseconds / 60_000_000) }

    init(_ log: RandomLog) {
        (self.log, rules, end) = (log, log.rules, log.asOf)
        var seat: [Bool] = []
        var at = 0
        for minute in 0..<end {
            while at + 1 < log.entries.count, log.entries[at + 1].start <= minute { at += 1 }
            let entry = log.entries[at]
            seat.append(entry.special == .passengerSeat)
            switch entry.special {
            case .personalConveyance: kinds.append(.off)
            case .yardMove, .passengerSeat: kinds.append(.work)
            case .wellSite: kinds.append(.waiting)
            case .agriculture where entry.status == .driving || entry.status == .onDuty: kinds.append(.exempt)
            case .agriculture, nil:
                kinds.append([.offDuty: .off, .sleeperBerth: .berth, .driving: .drive, .onDuty: .work][entry.status] ?? .off)
            }
        }
        let raw = kinds
        for berth in Self.runs(end, where: { raw[$0] == .berth }) where berth.count >= minutes(rules.seatBerth) {
            var credit = minutes(rules.seatCredit)
            var minute = berth.lowerBound - 1
            while credit > 0, minute >= 0, seat[minute] {
                kinds[minute] = .off
                (minute, credit) = (minute - 1, credit - 1)
            }
            minute = berth.upperBound
            while credit > 0, minute < end, seat[minute] {
                kinds[minute] = .off
                (minute, credit) = (minute + 1, credit - 1)
            }
        }
        let counted = kinds
        rests = Self.runs(end) { [.off, .berth, .waiting].contains(counted[$0]) }
        for minute in 0..<end {
            driven.append(driven[minute] + (kinds[minute] == .drive ? 1 : 0))
            worked.append(worked[minute] + (isDuty(minute) ? 1 : 0))
            still.append(still[minute] + ([.waiting, .exempt].contains(kinds[minute]) ? 1 : 0))
        }
    }

    static func runs(_ count: Int, where holds: (Int) -> Bool) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        for minute in 0..<max(0, count) where holds(minute) {
            if let last = runs.last, last.upperBound == minute {
                runs[runs.count - 1] = last.lowerBound..<minute + 1
            } else {
                runs.append(minute..<minute + 1)
            }
        }
        return runs
    }

    func isDuty(_ minute: Int) -> Bool { kinds[minute] == .drive || kinds[minute] == .work }

    /// Every answer that is as good as the best.
    func answers() -> [Answer] {
        var answers = [Answer(violations: [], clocks: [])]
        let full = rests.filter { $0.count >= fullRest }
        var start = 0
        var extended: [Int] = []
        var standing: [(drive: Int, window: Int)]? = nil
        var isExempt = false
        let days = carrierDays()
        var isRested = true
        for closing in full.map({ Optional($0) }) + [nil] {
            let stop = closing?.lowerBound ?? end
            let first = (start..<max(start, stop)).first { isDuty($0) }
            isRested = first == nil
            if let first {
                var claims = log.claims.filter { $0.minute >= first && $0.minute < (closing?.upperBound ?? .max) && $0.minute <= end }
                let lastDuty = (first..<stop).last { isDuty($0) } ?? first
                if let claim = claims.filter({ $0.exemption == .shortHaul16 }).min(by: { $0.minute < $1.minute }),
                    let window = rules.extendedWindow
                {
                    let day = days(claim.minute)
                    if lastDuty + 1 - first > minutes(window) || extended.count(where: { day - $0 <= 6 }) >= rules.extendedUses {
                        claims.removeAll { $0.exemption == .shortHaul16 }
                    } else {
                        extended.append(day)
                    }
                } else {
                    claims.removeAll { $0.exemption == .shortHaul16 }
                }
                let tour = Tour(reference: self, first: first, stop: stop, closing: closing, claims: claims)
                let options = tour.best()
                answers = answers.flatMap { known in options.map { Answer(violations: known.violations + $0.violations, clocks: []) } }
                if closing == nil { standing = options.map { ($0.drive, $0.window) } }
                isExempt = claims.contains { $0.exemption == .shortHaul150 }
                let breaks = isExempt ? [] : breakViolations(first..<stop, closing != nil)
                for index in answers.indices { answers[index].violations += breaks }
                // With several answers to the last tour, each keeps its own clocks.
                if closing == nil, options.count > 1 {
                    answers = answers.enumerated().map { index, answer in
                        Answer(
                            violations: answer.violations,
                            clocks: [options[index % options.count].drive, options[index % options.count].window])
                    }
                }
            }
            if let closing, let restart = rules.restart, closing.count >= minutes(restart) { extended = [] }
            start = closing?.upperBound ?? end
        }
        let (cycles, cycleLeft) = cycle(full, days)
        var rest: Int? = rules.breakAfter.map { minutes($0) - (isRested ? 0 : drivenSinceBreak(end)) }
        if isExempt, !isRested { rest = nil }
        return answers.map { answer in
            let drive = answer.clocks.first ?? (isRested ? nil : standing?.first?.drive) ?? minutes(rules.drivingLimit ?? .zero)
            let window = answer.clocks.last ?? (isRested ? nil : standing?.first?.window) ?? minutes(rules.windowLimit ?? .zero)
            return Answer(
                violations: (answer.violations + cycles).sorted(),
                clocks: [max(0, drive ?? 0), max(0, window ?? 0), rest.map { max(0, $0) }, max(0, cycleLeft)])
        }
    }

    /// Driving minutes before `minute` since the last thirty minutes in a row of anything else or the last full rest.
    func drivenSinceBreak(_ minute: Int) -> Int {
        var (pause, driven) = (0, 0)
        for before in stride(from: minute - 1, through: 0, by: -1) {
            if kinds[before] == .drive { (pause, driven) = (0, driven + 1) } else { pause = kinds[before] == .exempt ? 0 : pause + 1 }
            if pause >= minutes(rules.breakLength) { break }
        }
        return driven
    }

    func breakViolations(_ tour: Range<Int>, _ isConfirmed: Bool) -> [Found] {
        guard let limit = rules.breakAfter.map(minutes) else { return [] }
        var driven = drivenSinceBreak(tour.lowerBound)
        var pause = 0
        var over: Set<Int> = []
        for minute in tour {
            if kinds[minute] == .drive {
                (driven, pause) = (driven + 1, 0)
                if driven > limit { over.insert(minute) }
            } else {
                pause = kinds[minute] == .exempt ? 0 : pause + 1
                if pause >= minutes(rules.breakLength) { driven = 0 }
            }
        }
        return found("BREAK_30M", over, isConfirmed)
    }

    /// Violations from the minutes that are over: one for each run of them.
    func found(_ kind: String, _ over: Set<Int>, _ isConfirmed: Bool) -> [Found] {
        Self.runs(end) { over.contains($0) }.map { Found(kind: kind, at: $0.lowerBound, until: $0.upperBound, isConfirmed: isConfirmed) }
    }

    /// The number of the carrier's day of a minute.
    func carrierDays() -> (Int) -> Int {
        let zone = TimeZone(identifier: log.zone) ?? .gmt
        var days: [Int] = []
        for minute in 0...end + 1 {
            let utc = log.origin + Int64(minute) * 60
            let local = Int(utc / 60) + zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(utc))) / 60 - log.dayStart
            days.append(max(days.last ?? .min, local / 1_440))
        }
        return { days[min($0, days.count - 1)] }
    }

    func cycle(_ full: [Range<Int>], _ day: (Int) -> Int) -> (violations: [Found], left: Int) {
        var byDay: [Int: Int] = [:]
        var over: [Bool: Set<Int>] = [:]
        let restarts =
            rules.restart.map { restart in Set(full.filter { $0.count >= minutes(restart) }.map { $0.lowerBound + minutes(restart) }) }
            ?? []
        func total(_ day: Int) -> Int { (0..<log.cycle.days).reduce(0) { $0 + (byDay[day - $1] ?? 0) } }
        let lastFull = full.last?.upperBound ?? 0
        for minute in 0..<end {
            if restarts.contains(minute) { byDay = [:] }
            if !isDuty(minute) { continue }
            let today = day(minute)
            if kinds[minute] == .drive, total(today) >= log.cycle.hours * 60 { over[minute < lastFull, default: []].insert(minute) }
            byDay[today, default: 0] += 1
        }
        if restarts.contains(end) { byDay = [:] }
        let kind = log.cycle.hours <= 60 ? "CYCLE_60H" : "CYCLE_70H"
        return (over.flatMap { found(kind, $1, $0) }, log.cycle.hours * 60 - total(day(end)))
    }
}

/// A tour in minutes, and every row of pairs tried out on it.
struct Tour {
    struct Option {
        var violations: [MinuteReference.Found]
        var severity: [Int]
        var hours: Int
        var over: Int
        var drive: Int
        var window: Int
    }

    let reference: MinuteReference
    let first: Int
    let stop: Int
    let closing: Range<Int>?
    let claims: [(minute: Int, exemption: Exemption)]
    /// Rests long enough for a split, the closing one behind them.
    let long: [Range<Int>]
    let open: Int

    init(reference: MinuteReference, first: Int, stop: Int, closing: Range<Int>?, claims: [(minute: Int, exemption: Exemption)]) {
        (self.reference, self.first, self.stop, self.closing, self.claims) = (reference, first, stop, closing, claims)
        let inside = reference.rests.filter { $0.lowerBound > first && $0.upperBound <= stop }
        let long = inside.filter { Tour.counted($0, reference) >= reference.minutes(reference.rules.split?.each ?? .zero) }
        open = long.count
        self.long = long + (closing.map { [$0] } ?? [])
    }

    static func berth(_ rest: Range<Int>, _ reference: MinuteReference) -> Int {
        MinuteReference.runs(rest.count) { reference.kinds[rest.lowerBound + $0] == .berth }.map(\.count).max() ?? 0
    }

    static func counted(_ rest: Range<Int>, _ reference: MinuteReference) -> Int {
        reference.rules.split?.isBerthOnly == true ? berth(rest, reference) : rest.count
    }

    func pairs(_ a: Int, _ b: Int) -> Bool {
        guard let split = reference.rules.split else { return false }
        let lengths = [a, b].map { Tour.counted(long[$0 - 1], reference) }
        let berths = [a, b].map { Tour.berth(long[$0 - 1], reference) }
        let enough = reference.minutes(split.berth)
        guard lengths[0] + lengths[1] >= reference.minutes(split.total), lengths.allSatisfy({ $0 >= reference.minutes(split.each) }) else {
            return false
        }
        return split.isBerthOnly ? berths.allSatisfy { $0 >= enough } : berths.contains { $0 >= enough }
    }

    /// Every row of pairs whose first halves lie at or behind the second half before them.
    func rows(after last: Int, _ pairable: [[Bool]]) -> [[(half: Int, closing: Int)]] {
        var rows: [[(half: Int, closing: Int)]] = [[]]
        for half in max(1, last)..<max(1, last, long.count) {
            for closing in half + 1..<long.count + 1 where pairable[half][closing] {
                rows += self.rows(after: closing, pairable).map { [(half, closing)] + $0 }
            }
        }
        return rows
    }

    func best() -> [Option] {
        let count = long.count
        let pairable = (0...count).map { a in (0...count).map { b in a >= 1 && b > a && pairs(a, b) } }
        let options = rows(after: 0, pairable).map { judge($0, pairable) }
        guard let least = options.map(\.severity).min(by: { $0.lexicographicallyPrecedes($1) }) else { return [] }
        let equal = options.filter { $0.severity == least }
        let hours = equal.map(\.hours).max() ?? 0
        let most = equal.filter { $0.hours == hours }
        let over = most.map(\.over).min() ?? 0
        return most.filter { $0.over == over }
    }

    private func judge(_ row: [(half: Int, closing: Int)], _ pairable: [[Bool]]) -> Option {
        let rules = reference.rules
        let passenger = rules.carriesPassengers
        var over: [String: Set<Int>] = [:]
        var shown: [String: [Int: Int]] = [:]
        func state(_ gap: Int, _ minute: Int) -> (drive: Int, window: Int, driveLimit: Int, windowLimit: Int) {
            let last = row.last { $0.closing <= gap }
            let next = row.first { $0.closing > gap }
            let origin = last.map { last in (1..<last.closing).last { pairable[$0][last.closing] } ?? 0 } ?? 0
            let since = origin == 0 ? first : long[origin - 1].upperBound
            var left = last.map { [long[$0.closing - 1]] } ?? []
            if let next, next.half <= gap, next.half != last?.closing { left.append(long[next.half - 1]) }
            var excluded = reference.still[minute] - reference.still[since]
            for rest in left {
                let counted = rest.lowerBound < since ? 0 : reference.still[rest.upperBound] - reference.still[rest.lowerBound]
                excluded += rest.count - counted
            }
            let until = next.map { long[$0.closing - 1].lowerBound } ?? .max
            let active = claims.filter { $0.minute >= since && $0.minute < until }
            var (driveLimit, windowLimit) = (reference.minutes(rules.drivingLimit ?? .zero), reference.minutes(rules.windowLimit ?? .zero))
            if active.contains(where: { $0.exemption == .adverseDriving }) {
                (driveLimit, windowLimit) = (driveLimit + 120, windowLimit + 120)
            }
            if active.contains(where: { $0.exemption == .shortHaul16 }) { windowLimit = max(windowLimit, 960) }
            let window = rules.windowKind == .elapsed ? minute - since - excluded : reference.worked[minute] - reference.worked[since]
            return (reference.driven[minute] - reference.driven[since], window, driveLimit, windowLimit)
        }
        var gap = 0
        for minute in first..<stop where reference.kinds[minute] == .drive {
            while gap < open, long[gap].upperBound <= minute { gap += 1 }
            let now = state(gap, minute)
            if now.drive >= now.driveLimit {
                over[passenger ? "DRIVE_10H" : "DRIVE_11H", default: []].insert(minute)
                shown[passenger ? "DRIVE_10H" : "DRIVE_11H", default: [:]][minute] = now.drive + 1 - now.driveLimit
            }
            if now.window >= now.windowLimit {
                over[passenger ? "DUTY_15H" : "WINDOW_14H", default: []].insert(minute)
                shown[passenger ? "DUTY_15H" : "WINDOW_14H", default: [:]][minute] = now.window + 1 - now.windowLimit
            }
        }
        let found = over.flatMap { reference.found($0, $1, closing != nil) }
        var severity = [0, 0, 0]
        var total = 0
        for violation in found {
            let amount = shown[violation.kind]?[violation.until - 1] ?? 0
            severity[amount > 180 ? 0 : amount >= 15 ? 1 : 2] += 1
            total += amount
        }
        var option = Option(violations: found, severity: severity, hours: 0, over: total, drive: 0, window: 0)
        if closing == nil {
            let now = state(open, reference.end)
            (option.drive, option.window) = (now.driveLimit - now.drive, now.windowLimit - now.window)
            option.hours = max(0, option.drive) + max(0, option.window)
        }
        return option
    }
}
