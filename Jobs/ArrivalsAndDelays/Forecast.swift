internal import Freight
internal import Geodesy
internal import HoursOfService
internal import StreamCore

/// How far along its way a vehicle is, and what is therefore left to do until the delivery.
struct Progress: Hashable, Sendable, Storable {
    /// Where the vehicle was last, and when.
    private(set) var place: GeoPoint?
    private(set) var seen: EventTime?
    /// Metres of the way behind it, and how far beside it the vehicle is.
    private var along = 0.0
    private var aside = 0.0

    init() {}

    /// Of a vehicle that was there then.
    init(from place: GeoPoint, at seen: EventTime) { (self.place, self.seen) = (place, seen) }

    /// Takes the next fix. On a way that is driven the vehicle is looked for only where it can be by now, so that a leg out and back is not
    /// taken for its return.
    mutating func observe(_ fix: Fix, on way: PlannedWay?, isUnderWay: Bool) {
        defer { (place, seen) = (fix.place, fix.time) }
        guard isUnderWay, let line = way?.line else { return }
        let seconds = seen.map { Double(fix.time.since($0).microseconds) / 1e6 } ?? 0
        let low = min(line.length, max(0, along - TripRule.reachSlack))
        let high = min(line.length, along + seconds * TripRule.topSpeed + TripRule.reachSlack)
        let match = line.nearest(to: fix.place, within: low...max(low, high))
        aside = match.distance
        if match.distance <= TripRule.offTheWay { along = max(along, match.along) }
    }

    /// The way has changed: the vehicle is looked for on the whole of it.
    mutating func replan(_ way: PlannedWay?) {
        (along, aside) = (0, 0)
        guard let place, let line = way?.line else { return }
        let match = line.nearest(to: place, within: 0...line.length)
        (along, aside) = (match.along, match.distance)
    }

    /// What is left to do from now on.
    func errands(of trip: Trip, hasArrivedAtPickup: Bool, by rule: TripRule) -> [Errand] {
        if trip.progress == .inTransit { return [.drive(remaining(of: trip))] }
        let whole = Errand.drive(Progress.whole(trip))
        if trip.progress == .pickedUp { return [whole] }
        let approach = hasArrivedAtPickup ? nil : place.map { Errand.drive(Progress.span($0.distance(to: trip.pickup.place))) }
        return [approach, .wait(until: trip.pickup.appointment), .work(rule.loading), whole].compactMap { $0 }
    }

    private func remaining(of trip: Trip) -> EventTime.Span {
        guard let way = trip.way else { return Progress.span((place ?? trip.pickup.place).distance(to: trip.delivery.place)) }
        return EventTime.Span(meters: way.line.length - along + aside, pace: way.pace)
    }

    /// The whole way from pickup to delivery.
    private static func whole(_ trip: Trip) -> EventTime.Span {
        trip.way.map { EventTime.Span(meters: $0.line.length, pace: $0.pace) } ?? span(trip.pickup.place.distance(to: trip.delivery.place))
    }

    /// A drive where no route says better.
    private static func span(_ straight: Double) -> EventTime.Span {
        EventTime.Span(meters: straight * TripRule.detour, pace: TripRule.usualPace)
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        place = try GeoPoint?(from: &reader, version: version)
        seen = try EventTime?(from: &reader, version: version)
        along = try Double(from: &reader, version: version)
        aside = try Double(from: &reader, version: version)
    }

    func store(into writer: inout ByteWriter) {
        place.store(into: &writer)
        seen.store(into: &writer)
        along.store(into: &writer)
        aside.store(into: &writer)
    }

    var json: JSON { .object(["place": place.json, "seen": seen.json, "along_miles": .number(along / Earth.metersPerMile)]) }
}

/// When a load is expected, as far as it has been told.
struct Estimate: Hashable, Sendable, Storable {
    private(set) var told: EventTime?
    /// When it is to be reckoned again.
    private(set) var next = EventTime.distantPast

    init() {}

    /// Something has changed that it depends on.
    mutating func expire() { next = .distantPast }

    /// Whether it has not been reckoned since.
    var isExpired: Bool { next == .distantPast }

    /// Takes what has been reckoned now; gives it back where it differs by so much that it is worth telling.
    mutating func take(_ arrival: EventTime, at now: EventTime, by rule: TripRule) -> EventTime? {
        next = now.advanced(by: rule.estimateEvery)
        let left = Double(max(0, arrival.since(now).microseconds))
        let band = max(rule.band.microseconds, Int64(left * rule.bandShare))
        if let told, abs(arrival.since(told).microseconds) <= band { return nil }
        told = arrival
        return arrival
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        told = try EventTime?(from: &reader, version: version)
        next = try EventTime(from: &reader, version: version)
    }

    func store(into writer: inout ByteWriter) {
        told.store(into: &writer)
        next.store(into: &writer)
    }

    var json: JSON { .object(["told": told.json, "next": next.json]) }
}

extension EventTime.Span {
    /// The time that so many metres take at so many metres a second.
    init(meters: Double, pace: Double) { self.init(microseconds: Int64((max(0, meters) / max(0.1, pace) * 1e6).rounded())) }
}

extension EventTime {
    /// The next whole minute, or this instant where it is one.
    var roundedUpToMinute: EventTime {
        let minute: Int64 = 60_000_000
        let over = microseconds % minute
        return over == 0 ? self : EventTime(microseconds: microseconds - over + (over > 0 ? minute : 0))
    }
}
