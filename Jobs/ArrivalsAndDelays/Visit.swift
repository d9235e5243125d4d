internal import Geodesy
internal import StreamCore

/// A vehicle's call at one end of a trip: awaited, there, gone. One arrival and one departure, whatever the receiver says in between.
///
/// Who comes within the arrival circle and stays has arrived; who is beyond the departure circle, which is four times as wide, has left.
/// When that was, the stays say: facilities are large, and their coordinates are often a neighbour's.
struct Visit: Hashable, Sendable, Storable {
    private(set) var arrived: EventTime?
    private(set) var departed: EventTime?
    /// When the load was on the vehicle, or off it: what happens then is no detention.
    private var served: EventTime?
    /// The vehicle's last fix there, and the first one near before it had arrived.
    private(set) var seen: EventTime?
    private var near: EventTime?
    private var fixesBeyond = 0
    private var isDetained = false

    /// Fixes in a row beyond the departure circle that make a departure: one may be an error.
    private static let believed = 2

    init() {}

    /// Of a vehicle that is near since then.
    init(near: EventTime) { self.near = near }

    /// Whether the vehicle is there.
    var isOpen: Bool { arrived != nil && departed == nil }

    /// Takes the next fix and the stay that it belongs to. A stay that ended before `began`, or that began after `ended`, is none of this
    /// trip's.
    mutating func observe(
        _ fix: Fix, _ stay: Stay, at stop: Stop, from began: EventTime, to ended: EventTime, by rule: TripRule
    ) -> [VisitNews] {
        if departed != nil { return [] }
        let distance = stop.place.distance(to: fix.place)
        let isStop =
            stay.isStop(rule) && stop.place.distance(to: stay.place) <= rule.arrivalMeters && stay.until >= began && stay.since <= ended
        if arrived == nil {
            near = distance <= rule.arrivalMeters ? near ?? fix.time : nil
            guard isStop else { return [] }
            return arrive(at: max(stay.since, began), seen: stay.until)
        }
        if isStop { seen = stay.until }
        fixesBeyond = distance > rule.departureMeters ? fixesBeyond + 1 : 0
        return fixesBeyond >= Visit.believed ? leave(stop, by: rule) : []
    }

    /// The load is on the vehicle, or off it. A vehicle that is near and has not been seen to stay has arrived all the same.
    mutating func serve(at time: EventTime, by rule: TripRule, lastFix: EventTime?) -> [VisitNews] {
        guard served == nil else { return [] }
        served = time
        guard arrived == nil, let near, let lastFix, time.since(lastFix) <= rule.silence else { return [] }
        return arrive(at: min(near, time), seen: min(lastFix, time))
    }

    /// The vehicle is known to have left, wherever it is.
    mutating func leave(_ stop: Stop, by rule: TripRule) -> [VisitNews] {
        guard let arrived, departed == nil else { return [] }
        let end = max(arrived, seen ?? arrived)
        departed = end
        let detention = detentionStart(stop, rule).map { min(end, served ?? end).since($0) } ?? .zero
        return [.departed(since: arrived, at: end, detention: max(.zero, detention))]
    }

    /// When the stop becomes detention if nothing happens; `nil` where it does not, or has.
    func nextDetention(_ stop: Stop, by rule: TripRule) -> EventTime? {
        isOpen && served == nil && !isDetained ? detentionStart(stop, rule) : nil
    }

    /// What time alone has brought about; nothing while nobody knows whether the vehicle is still there.
    mutating func pass(to now: EventTime, at stop: Stop, by rule: TripRule) -> [VisitNews] {
        guard let due = nextDetention(stop, by: rule), now >= due, let arrived, let seen, now.since(seen) <= rule.silence else { return [] }
        isDetained = true
        return [.detained(since: arrived, from: due)]
    }

    private mutating func arrive(at time: EventTime, seen: EventTime) -> [VisitNews] {
        arrived = time
        self.seen = max(time, seen)
        return [.arrived(at: time)]
    }

    /// The clock of detention starts with the later of arrival and appointment.
    private func detentionStart(_ stop: Stop, _ rule: TripRule) -> EventTime? {
        arrived.map { max($0, stop.appointment).advanced(by: rule.freeTime) }
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        arrived = try EventTime?(from: &reader, version: version)
        departed = try EventTime?(from: &reader, version: version)
        served = try EventTime?(from: &reader, version: version)
        seen = try EventTime?(from: &reader, version: version)
        near = try EventTime?(from: &reader, version: version)
        fixesBeyond = try Int(from: &reader, version: version)
        isDetained = try Bool(from: &reader, version: version)
    }

    func store(into writer: inout ByteWriter) {
        arrived.store(into: &writer)
        departed.store(into: &writer)
        served.store(into: &writer)
        seen.store(into: &writer)
        near.store(into: &writer)
        fixesBeyond.store(into: &writer)
        isDetained.store(into: &writer)
    }

    var json: JSON { .object(["arrived": arrived.json, "departed": departed.json, "served": served.json, "seen": seen.json]) }
}

/// What there is to say of a visit.
enum VisitNews: Hashable, Sendable {
    case arrived(at: EventTime)
    case departed(since: EventTime, at: EventTime, detention: EventTime.Span)
    case detained(since: EventTime, from: EventTime)
}
