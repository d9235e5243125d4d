internal import Freight
internal import StreamCore

/// What has been counted of one carrier or driver, by day, and what was last told of it.
struct Tally: Hashable, Sendable, Storable {
    /// What counts for one day of UTC.
    struct Day: Hashable, Sendable, Storable {
        let start: EventTime
        var counts: Counts

        init(_ start: EventTime, _ counts: Counts) {
            self.start = start
            self.counts = counts
        }

        init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
            start = try EventTime(from: &reader, version: version)
            counts = try Counts(from: &reader, version: version)
        }

        func store(into writer: inout ByteWriter) {
            start.store(into: &writer)
            counts.store(into: &writer)
        }

        var json: JSON { .object(["day": start.json, "counts": counts.json]) }
    }

    let kind: EntityType
    /// The days on which anything happened, earliest first.
    private(set) var days: [Day] = []
    /// What there is now, whatever the day.
    private(set) var fleet = Counts()
    /// What was last told.
    var told: Counts?

    init(of kind: EntityType) { self.kind = kind }

    /// Takes a change in.
    mutating func take(_ count: Count) {
        var change = count.change
        fleet.vehicles += change.vehicles
        fleet.available += change.available
        (change.vehicles, change.available) = (0, 0)
        if change == Counts() { return }
        let start = count.at.floored(to: RollingWindow.day)
        let place = days.firstIndex { $0.start >= start } ?? days.endIndex
        if place < days.endIndex, days[place].start == start {
            days[place].counts += change
        } else {
            days.insert(Day(start, change), at: place)
        }
    }

    /// What counts in the window that ends at `instant`; what came before it is forgotten.
    mutating func total(in window: RollingWindow, at instant: EventTime) -> Counts {
        let start = window.start(at: instant)
        days.removeAll { $0.start < start }
        var total = fleet
        for day in days where day.start <= instant { total += day.counts }
        return total
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        kind = try EntityType(from: &reader, version: version)
        days = try [Day](from: &reader, version: version)
        fleet = try Counts(from: &reader, version: version)
        told = try Counts?(from: &reader, version: version)
    }

    func store(into writer: inout ByteWriter) {
        kind.store(into: &writer)
        days.store(into: &writer)
        fleet.store(into: &writer)
        told.store(into: &writer)
    }

    var json: JSON { .object(["entity_type": kind.json, "days": days.json, "fleet": fleet.json, "told": told.json]) }
}
