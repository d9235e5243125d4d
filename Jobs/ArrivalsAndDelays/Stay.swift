internal import Geodesy
internal import StreamCore

/// Where a vehicle has been without moving on: a stay point (Ye et al. 2009), a fix at a time. One fix elsewhere is an error of the
/// receiver until a second one in a row says so too.
struct Stay: Hashable, Sendable, Storable {
    /// Its first fix.
    private(set) var place: GeoPoint
    private(set) var since: EventTime
    /// Its last fix.
    private(set) var until: EventTime
    /// A fix elsewhere, after the last.
    private var elsewhere: Fix?

    init(at fix: Fix) { (place, since, until) = (fix.place, fix.time, fix.time) }

    /// Takes the next fix.
    mutating func observe(_ fix: Fix, within meters: Double) {
        if place.distance(to: fix.place) <= meters {
            until = fix.time
            elsewhere = nil
        } else if let first = elsewhere {
            let start = first.place.distance(to: fix.place) <= meters ? first : fix
            (place, since, until) = (start.place, start.time, fix.time)
            elsewhere = nil
        } else {
            elsewhere = fix
        }
    }

    /// Whether it is more than passing by.
    func isStop(_ rule: TripRule) -> Bool { until.since(since) >= rule.stayFor }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        place = try GeoPoint(from: &reader, version: version)
        since = try EventTime(from: &reader, version: version)
        until = try EventTime(from: &reader, version: version)
        elsewhere = try Fix?(from: &reader, version: version)
    }

    func store(into writer: inout ByteWriter) {
        place.store(into: &writer)
        since.store(into: &writer)
        until.store(into: &writer)
        elsewhere.store(into: &writer)
    }

    var json: JSON { .object(["place": place.json, "since": since.json, "until": until.json]) }
}
