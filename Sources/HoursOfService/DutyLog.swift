public import StreamCore

/// A driver's duty log: entries in order, the ones taken away kept so that a late original does not bring them back.
///
/// What was before `base` is folded into it. The log is the same whatever order its entries came in.
public struct DutyLog: Hashable, Sendable {
    /// What became of an entry that was handed in.
    public enum Change: Hashable, Sendable {
        /// Nothing: it is known, or an older revision.
        case none
        /// It lies before what is kept.
        case tooOld
        /// The log differs from this instant on.
        case from(EventTime)
    }

    /// Where the kept entries begin, and what has to be known of the time before.
    public internal(set) var base: Checkpoint
    /// The entries that hold, by start; notes among them.
    public internal(set) var entries: [DutyEntry]
    /// Entries that were taken away.
    private(set) var annulled: [DutyEntry]

    /// An empty log.
    public init() {
        base = .beginning
        (entries, annulled) = ([], [])
    }

    /// An empty log that begins after a full rest.
    public init(beginningAt base: Checkpoint) { self.init(base: base, entries: [], annulled: []) }

    init(base: Checkpoint, entries: [DutyEntry], annulled: [DutyEntry]) {
        (self.base, self.entries, self.annulled) = (base, entries, annulled)
    }

    /// Takes an entry, a correction or an annulment, and says from when on the log differs.
    public mutating func take(_ entry: DutyEntry) -> Change {
        if let at = annulled.firstIndex(where: { $0.key == entry.key }) {
            guard entry.holds(against: annulled[at]) else { return .none }
            if !entry.isAnnulled, entry.start < base.at { return .tooOld }
            annulled.remove(at: at)
            return put(entry)
        }
        guard let at = index(of: entry.key) else {
            if entry.start < base.at { return .tooOld }
            return put(entry)
        }
        let old = entries[at]
        guard entry.holds(against: old) else { return .none }
        var entry = entry
        if entry.isNameless, entry.revision == old.revision, !entry.isAnnulled,
            entry.status == old.status || entry.status == nil || old.status == nil
        {
            // Two records of one instant and no name: what one says and the other leaves out still holds.
            entry.status = entry.status ?? old.status
            entry.special = entry.special ?? old.special
            entry.exemption = entry.exemption ?? old.exemption
        }
        if entry.start < base.at { return .tooOld }
        if old.says(the: entry) {
            entries[at] = entry
            return .none
        }
        entries.remove(at: at)
        guard case .from(let start) = put(entry) else { return .from(old.start) }
        return .from(min(start, old.start))
    }

    private mutating func put(_ entry: DutyEntry) -> Change {
        if entry.isAnnulled {
            annulled.append(entry)
            return .none
        }
        var at = entries.count
        while at > 0, DutyEntry.precedes(entry, entries[at - 1]) { at -= 1 }
        entries.insert(entry, at: at)
        return .from(entry.start)
    }

    private func index(of key: String) -> Int? {
        var at = entries.count
        while at > 0 {
            at -= 1
            if entries[at].key == key { return at }
        }
        return nil
    }

    /// The index of the first entry at or after an instant.
    func first(from instant: EventTime) -> Int {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].start < instant { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Whether it has an entry of that key, or had one that was taken away.
    public func knows(_ key: String) -> Bool { index(of: key) != nil || annulled.contains { $0.key == key } }

    /// Forgets what is before `checkpoint`, which becomes the base.
    public mutating func fold(into checkpoint: Checkpoint) {
        guard checkpoint.at > base.at else { return }
        _ = split(at: checkpoint)
    }

    /// Keeps what is from `checkpoint` on and hands out what was before.
    public mutating func split(at checkpoint: Checkpoint) -> DutyLog {
        let cut = first(from: checkpoint.at)
        let earlier = DutyLog(
            base: base, entries: Array(entries[..<cut]), annulled: annulled.filter { $0.start < checkpoint.at })
        entries.removeFirst(cut)
        annulled.removeAll { $0.start < checkpoint.at }
        base = checkpoint
        return earlier
    }

    /// The log of which `later` is the continuation.
    public func followed(by later: DutyLog) -> DutyLog {
        DutyLog(base: base, entries: entries + later.entries, annulled: annulled + later.annulled)
    }
}

extension DutyEntry {
    /// Whether it says the same as another of its key.
    func says(the other: DutyEntry) -> Bool {
        start == other.start && status == other.status && special == other.special && exemption == other.exemption
            && isAnnulled == other.isAnnulled
    }
}

/// What has to be known of the time before an instant at which a full rest has just ended: duty hours by day, and on which days
/// the sixteen-hour exception was used lately.
public struct Checkpoint: Hashable, Sendable {
    /// The instant: the first duty after a full rest.
    public internal(set) var at: EventTime
    var duty: [DayDuty]
    var extendedDays: [Int] = []

    /// Before anything is known.
    static let beginning = Checkpoint(at: .distantPast, duty: [])
}

/// Duty time of one of the carrier's days.
struct DayDuty: Hashable, Sendable {
    var day: Int
    var micros: Micros
}
