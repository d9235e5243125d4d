public import StreamCore

/// One entry of a duty log: from its start on the driver had that status, until the next entry.
///
/// Entries are told apart by `key`: the log entry's id, or where it has none its start. Of two with one key the higher revision holds, at
/// a tie the one that came later.
public struct DutyEntry: Hashable, Sendable {
    /// The log entry's id, or `@` and its start in microseconds.
    public let key: String
    /// When the status began.
    public let start: EventTime
    /// The status; `nil` for a note that only claims an exemption.
    public var status: DutyStatus?
    /// What the vehicle was used for, where that matters.
    public var special: DutySpecial?
    /// The exemption claimed with it.
    public var exemption: Exemption?
    /// The correction's number; 0 for the original.
    public var revision: Int64
    /// Where it stood in its topic: the later of equal revisions holds.
    public var offset: Int64
    /// Whether this revision takes the entry away.
    public var isAnnulled: Bool

    /// An entry of those parts; without an `id` it is known by its start.
    public init(
        id: String? = nil, start: EventTime, status: DutyStatus?, special: DutySpecial? = nil, exemption: Exemption? = nil,
        revision: Int64 = 0, offset: Int64 = 0, isAnnulled: Bool = false
    ) {
        key = id ?? "@\(start.microseconds)"
        self.start = start
        self.status = status
        self.special = special
        self.exemption = exemption
        self.revision = revision
        self.offset = offset
        self.isAnnulled = isAnnulled
    }

    /// Whether it is known by its start alone.
    var isNameless: Bool { key.utf8.first == UInt8(ascii: "@") }

    /// Whether it holds against another of its key. An annulment holds against every entry of its revision, so that one delivered again
    /// does not come back.
    func holds(against other: DutyEntry) -> Bool {
        (revision, isAnnulled ? 1 : 0, offset) > (other.revision, other.isAnnulled ? 1 : 0, other.offset)
    }

    /// The order of a log: by start, then by key, so that it does not depend on the order of arrival.
    static func precedes(_ a: DutyEntry, _ b: DutyEntry) -> Bool { a.start == b.start ? a.key < b.key : a.start < b.start }
}
