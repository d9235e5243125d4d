internal import StreamCore

/// The interruption of driving (395.3(a)(3)(ii)): thirty consecutive minutes of anything else after eight hours at the wheel.
extension Evaluator {
    mutating func judgeBreaks(_ tour: Tour, _ isConfirmed: Bool) {
        guard let limit = tour.rules.breakAfter?.microseconds else { return }
        let isExempt = tour.claims.contains { $0.exemption == .shortHaul150 }
        drivenSinceBreak = (0, tour.start)
        var pause: Micros = 0
        var counted = tour.first
        var index = tour.first
        while index < tour.end {
            if segments[index].kind != .driving {
                // What does not count is no interruption either.
                pause = segments[index].kind == .exempt ? 0 : pause + segments[index].length
                if pause >= tour.rules.breakLength.microseconds { drivenSinceBreak.micros = 0 }
                index += 1
                continue
            }
            let stretch = index..<(segments[index..<tour.end].firstIndex { $0.kind != .driving } ?? tour.end)
            if drivenSinceBreak.micros == 0 { (drivenSinceBreak.since, counted) = (segments[index].start, index) }
            let length = segments[stretch.upperBound - 1].end - segments[index].start
            let total = drivenSinceBreak.micros + length
            if total > limit, !isExempt {
                let at = segments[index].start + max(0, limit - drivenSinceBreak.micros)
                let driving = (counted..<stretch.upperBound).filter { segments[$0].kind == .driving }
                result.violations.append(
                    Violation(
                        identity: .init(kind: .breakDue, anchor: anchor(stretch), ordinal: 0), paragraph: tour.rules.paragraph(.breakDue),
                        at: EventTime(at), until: EventTime(segments[stretch.upperBound - 1].end), isOngoing: isOngoing(stretch),
                        limit: .init(microseconds: limit), actual: .init(microseconds: total), since: EventTime(drivenSinceBreak.since),
                        excluded: .zero, isConfirmed: isConfirmed, entries: keys(driving)))
            }
            drivenSinceBreak.micros = total
            pause = 0
            index = stretch.upperBound
        }
    }
}
