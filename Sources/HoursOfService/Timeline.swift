internal import StreamCore

/// A stretch of a normalised log: what the time counts as, and the entry it comes from.
struct Segment: Hashable, Sendable {
    enum Kind: UInt8, Sendable {
        case off
        case berth
        case driving
        case onDuty
        /// Off duty, and no part of the window.
        case waiting
        /// Neither rest nor duty: no rule counts it.
        case exempt

        var isRest: Bool { self == .off || self == .berth || self == .waiting }
        var isDuty: Bool { self == .driving || self == .onDuty }
        /// Whether the window stands still meanwhile.
        var isOutsideWindow: Bool { self == .waiting || self == .exempt }
    }

    var start: Micros
    var end: Micros
    var kind: Kind
    /// The index of its entry in the log.
    var entry: Int

    var length: Micros { end - start }
}

/// Rest without a break.
struct Rest: Hashable, Sendable {
    var start: Micros
    var end: Micros
    /// The longest time in the berth without a break.
    var berth: Micros
    /// The first segment behind it.
    var next: Int

    var length: Micros { end - start }
}

extension DutyLog {
    /// What the entries from index `first` on count as until `end`: personal conveyance and waiting at a well site are off duty, a yard
    /// move is on duty, a passenger's time rest where it lies beside enough time in the berth. Segments are not empty and follow one another without gaps.
    func timeline(from first: Int, until end: EventTime, _ rules: (Micros) -> RuleSet) -> [Segment] {
        var segments: [Segment] = []
        segments.reserveCapacity(entries.count - first + 2)
        var hasSeat = false
        for index in first..<entries.count {
            let entry = entries[index]
            if entry.start >= end { break }
            guard let kind = entry.kind else { continue }
            let start = entry.start.microseconds
            if let last = segments.indices.last {
                segments[last].end = start
                if segments[last].length == 0 { segments.removeLast() }
            }
            segments.append(Segment(start: start, end: end.microseconds, kind: kind, entry: index))
            hasSeat = hasSeat || entry.special == .passengerSeat
        }
        return hasSeat ? creditingSeats(segments, rules) : segments
    }

    /// Turns passengers' time beside the berth into rest: up to the credit for each stay in the berth, before it first, then after it.
    private func creditingSeats(_ segments: [Segment], _ rules: (Micros) -> RuleSet) -> [Segment] {
        func isSeat(_ index: Int) -> Bool { entries[segments[index].entry].special == .passengerSeat }
        var rests: [(start: Micros, end: Micros)] = []
        var index = 0
        while index < segments.count {
            guard segments[index].kind == .berth else {
                index += 1
                continue
            }
            let first = index
            while index < segments.count, segments[index].kind == .berth { index += 1 }
            let (start, end) = (segments[first].start, segments[index - 1].end)
            let rules = rules(start)
            guard end - start >= rules.seatBerth.microseconds else { continue }
            var (before, after) = (first, index)
            while before > 0, isSeat(before - 1) { before -= 1 }
            while after < segments.count, isSeat(after) { after += 1 }
            let credit = rules.seatCredit.microseconds
            let earlier = min(credit, start - segments[before].start)
            let later = min(credit - earlier, segments[after - 1].end - end)
            if earlier > 0 { rests.append((start - earlier, start)) }
            if later > 0 { rests.append((end, end + later)) }
        }
        if rests.isEmpty { return segments }
        return segments.flatMap { segment in
            var cuts: Set<Micros> = [segment.start, segment.end]
            guard entries[segment.entry].special == .passengerSeat else { return [segment] }
            for rest in rests {
                for edge in [rest.start, rest.end] where edge > segment.start && edge < segment.end { cuts.insert(edge) }
            }
            let edges = cuts.sorted()
            return zip(edges, edges.dropFirst()).map { start, end in
                let isRest = rests.contains { $0.start <= start && end <= $0.end }
                return Segment(start: start, end: end, kind: isRest ? .off : .onDuty, entry: segment.entry)
            }
        }
    }
}

extension DutyEntry {
    /// What the entry counts as by itself; `nil` for a note.
    var kind: Segment.Kind? {
        guard let status else { return nil }
        switch special {
        case .personalConveyance: return .off
        case .yardMove, .passengerSeat: return .onDuty
        case .wellSite: return .waiting
        case .agriculture where !status.isRest: return .exempt
        case .agriculture, nil: break
        }
        return switch status {
        case .offDuty: .off
        case .sleeperBerth: .berth
        case .driving: .driving
        case .onDuty: .onDuty
        }
    }
}
