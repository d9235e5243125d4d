internal import Pgoutput
internal import PostgresClient
internal import StreamCore

/// Finds out, every so often, up to when everything that was committed has been told.
///
/// The server is asked for its time and for where its log ends then. Once the stream has passed that place, and all that came before it is
/// committed here, nothing older is missing. Who reads the word in another partition so finds there what it speaks of.
/// ```
/// resting ──asked──▶ asked(end) ──passed──▶ passed(committed up to there?) ──committed──▶ resting, and the word is said
/// ```
struct Pulse {
    private enum State {
        case resting
        case asked(end: LogPosition, time: EventTime)
        case passed(end: LogPosition, time: EventTime)
    }

    private var state = State.resting
    private let resting: EventTime.Span
    private var askedAt = EventTime.distantPast
    private var quickAt = EventTime.distantPast

    /// How often there is a word while somebody may wait for it.
    private static let quick = EventTime.Span(microseconds: 100_000)

    /// One that beats that seldom while nothing changes, and often for as long after something has.
    init(resting: EventTime.Span) { self.resting = resting }

    /// Something has changed.
    mutating func quicken(at now: EventTime) { quickAt = now }

    /// Whether the server is to be asked.
    func isDue(at now: EventTime) -> Bool {
        guard case .resting = state else { return false }
        return now.since(askedAt) >= (now.since(quickAt) < resting ? Pulse.quick : resting)
    }

    /// Asks the server.
    mutating func ask(_ session: PostgresSession, at now: EventTime) throws(PostgresFailure) {
        let found = try session.query(
            "SELECT pg_current_wal_insert_lsn(), (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")
        guard let end = found.text(0, 0).flatMap({ LogPosition($0) }), let time = found.integer(0, 1) else {
            throw PostgresFailure(.unfit, "the server does not say where its log ends")
        }
        askedAt = now
        state = .asked(end: Pulse.plain(end), time: EventTime(microseconds: Int64(time)))
    }

    /// Whether progress is to be committed at once.
    var isUrgent: Bool {
        guard case .passed = state else { return false }
        return true
    }

    /// Up to when nothing is missing, once that is news. Everything before `done` has been told, and before `committed` committed.
    mutating func word(done: LogPosition, committed: LogPosition) -> EventTime? {
        if case .asked(let end, let time) = state, done >= end { state = .passed(end: done, time: time) }
        guard case .passed(let end, let time) = state, committed >= end else { return nil }
        state = .resting
        return time
    }

    /// Where the record before `end` ends: at the end of a page the server names the place behind the next one's head, 24 bytes, 40 at the
    /// head of a file of the log.
    private static func plain(_ end: LogPosition) -> LogPosition {
        let (page, offset) = (end.number & ~8_191, end.number & 8_191)
        return offset == 24 || offset == 40 && page.isMultiple(of: 1 << 20) ? LogPosition(page) : end
    }
}
