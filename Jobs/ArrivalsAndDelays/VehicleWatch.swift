internal import Freight
internal import HoursOfService
internal import StreamCore

/// Watches one vehicle: where it stays, the trips that it is on, when it is due for service.
///
/// What it is told decides everything: it has no clock, and the same signals in the same order give the same news. Usually there is one
/// trip; a vehicle that has delivered is followed until it leaves, when it may be on the next one already.
struct VehicleWatch: Storable {
    private var stay: Stay?
    private var trips: [TripWatch] = []
    private var upkeep = UpkeepWatch()
    /// The newest fix that it has judged.
    private(set) var judged = EventTime.distantPast
    /// The timer that is set for what time alone brings about.
    var wake: EventTime?

    init() {}

    /// The vehicle is somewhere. A fix that is not newer than the last, or that is hardly one, says nothing.
    mutating func observe(_ fix: Fix, on known: [Trip], by rule: TripRule) -> [News] {
        guard fix.time > judged else { return [] }
        judged = fix.time
        upkeep.take(fix.readings)
        guard fix.accuracy <= TripRule.worstAccuracy else { return [] }
        stay?.observe(fix, within: max(rule.stayMeters, 3 * fix.accuracy))
        let stay = stay ?? Stay(at: fix)
        self.stay = stay
        return each(known, at: fix.time) { $0.observe(fix, stay, on: $1, by: rule) }
    }

    /// A trip is the vehicle's from now on, or has changed.
    mutating func take(_ trip: Trip, after before: Trip?, at time: EventTime, by rule: TripRule) -> [News] {
        if !trips.contains(where: { $0.load == trip.load }) {
            if trip.isOver { return [] }
            trips.append(TripWatch(of: trip, since: time, at: stay, by: rule))
        }
        return each([trip], at: time) { $0.take($1, after: before, at: time, by: rule) }
    }

    /// A trip is the vehicle's no more.
    mutating func end(_ load: EntityID) { trips.removeAll { $0.load == load } }

    /// What a driver has driven and rested has changed.
    mutating func takeHours(of driver: EntityID, on known: [Trip]) {
        for trip in known where trip.driver == driver {
            for index in trips.indices where trips[index].load == trip.load { trips[index].takeHours() }
        }
    }

    /// When it is to be serviced; `nil` once it is gone.
    mutating func take(_ plan: Upkeep?) { upkeep.take(plan) }

    /// What time, and what has been told since it last passed, has brought about.
    mutating func pass(to now: EventTime, on known: [Trip], by rule: TripRule, hours: (Trip) -> DriverHours) -> [News] {
        let service = upkeep.news(at: now).map { News(trip: nil, time: now, content: .service($0)) }
        return service + each(known, at: now) { $0.pass(to: now, on: $1, with: hours($1), by: rule) }
    }

    /// The loads that there is nothing more to come of.
    func over(at now: EventTime, by rule: TripRule) -> [EntityID] { trips.filter { $0.isOver(at: now, by: rule) }.map(\.load) }

    /// The next instant after `now` at which time alone brings something about.
    func next(after now: EventTime, on known: [Trip], by rule: TripRule) -> EventTime? {
        let instants =
            known.compactMap { trip in trips.first { $0.load == trip.load }?.next(trip, by: rule) } + [upkeep.next].compactMap { $0 }
        return instants.filter { $0 > now }.min()
    }

    private mutating func each(_ known: [Trip], at time: EventTime, _ body: (inout TripWatch, Trip) -> [TripNews]) -> [News] {
        var news: [News] = []
        for trip in known {
            guard let index = trips.firstIndex(where: { $0.load == trip.load }) else { continue }
            news += body(&trips[index], trip).map { News(trip: trip, time: time, content: .trip($0)) }
        }
        return news
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        stay = try Stay?(from: &reader, version: version)
        trips = try [TripWatch](from: &reader, version: version)
        upkeep = try UpkeepWatch(from: &reader, version: version)
        judged = try EventTime(from: &reader, version: version)
        wake = try EventTime?(from: &reader, version: version)
    }

    func store(into writer: inout ByteWriter) {
        stay.store(into: &writer)
        trips.store(into: &writer)
        upkeep.store(into: &writer)
        judged.store(into: &writer)
        wake.store(into: &writer)
    }

    var json: JSON { .object(["stay": stay.json, "trips": .array(trips.map(\.json)), "service": upkeep.json, "judged": judged.json]) }
}

/// Something to say of a vehicle or of a trip that it is on, and when it was known.
struct News: Sendable {
    let trip: Trip?
    let time: EventTime
    let content: Content

    enum Content: Sendable {
        case trip(TripNews)
        case service(ServiceDue)
    }
}
