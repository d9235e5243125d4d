internal import Freight
internal import Geodesy
internal import HoursOfService
internal import StreamCore

/// Watches one trip of a vehicle: its two visits, how far it is, when it is expected, whether it is late.
struct TripWatch: Hashable, Sendable, Storable {
    let load: EntityID
    /// When the vehicle got the trip: what it did before is none of it.
    let began: EventTime
    private var pickup = Visit()
    private var delivery = Visit()
    private var progress = Progress()
    private var estimate = Estimate()
    private var lateness = Lateness()
    /// When it was delivered.
    private var delivered: EventTime?

    /// A watch over a trip that begins where the vehicle has last been, as far as that is known.
    init(of trip: Trip, since began: EventTime, at stay: Stay?, by rule: TripRule) {
        load = trip.load
        self.began = began
        setOut(from: stay, on: trip, by: rule)
    }

    /// Where the vehicle was last before it got the trip, as far as that is known.
    private mutating func setOut(from stay: Stay?, on trip: Trip, by rule: TripRule) {
        guard let stay, began.since(stay.until) <= rule.silence else { return }
        progress = Progress(from: stay.place, at: stay.until)
        let isNear = trip.pickup.place.distance(to: stay.place) <= rule.arrivalMeters
        if isNear, pickup == Visit() { pickup = Visit(near: began) }
    }

    /// Whether there is nothing more to come of it: delivered, and the vehicle gone or never seen.
    func isOver(at now: EventTime, by rule: TripRule) -> Bool { end(by: rule).map { now >= $0 } ?? false }

    private func end(by rule: TripRule) -> EventTime? {
        delivered.map { delivery.departed ?? $0.advanced(by: delivery.isOpen ? rule.linger : rule.silence) }
    }

    /// The instant at which something is to be looked at by time alone; one that has passed waits for the vehicle to be heard of.
    func next(_ trip: Trip, by rule: TripRule) -> EventTime? {
        let detention = TripEnd.allCases.compactMap { self[$0].nextDetention(trip[$0], by: rule) }
        if let end = end(by: rule) { return (detention + [end]).min() }
        return (detention + [lateness.next(trip), nextEstimate(by: rule)].compactMap { $0 }).min()
    }

    /// When it is to be reckoned again when the load will be there; `nil` where it is, or where nobody has heard of the vehicle for too long.
    /// Of a vehicle that has never been heard of it is reckoned once for each thing that is known: it does as was planned.
    private func nextEstimate(by rule: TripRule) -> EventTime? {
        if delivery.arrived != nil { return nil }
        guard let seen = progress.seen else { return estimate.isExpired ? estimate.next : nil }
        return estimate.next <= seen.advanced(by: rule.linger) ? estimate.next : nil
    }

    /// The vehicle is there. `stay` is the one that the fix belongs to.
    mutating func observe(_ fix: Fix, _ stay: Stay, on trip: Trip, by rule: TripRule) -> [TripNews] {
        guard fix.time >= began else {
            // Sent before the trip was the vehicle's, heard of behind it.
            setOut(from: stay, on: trip, by: rule)
            progress.replan(trip.way)
            estimate.expire()
            return []
        }
        progress.observe(fix, on: trip.way, isUnderWay: trip.progress == .inTransit)
        var news: [TripNews] = []
        if pickup.isOpen || trip.progress == .assigned || trip.progress == .pickedUp {
            news += pickup.observe(fix, stay, at: trip.pickup, from: began, to: .distantFuture, by: rule).map { .visit(.pickup, $0) }
        }
        // The stay at the pickup is none at a delivery next door.
        guard trip.progress != .assigned, stay.since > pickup.seen ?? .distantPast else { return news }
        let arrivals = delivery.observe(
            fix, stay, at: trip.delivery, from: began, to: delivered ?? .distantFuture, by: rule)
        if !arrivals.isEmpty, pickup.isOpen { news += pickup.leave(trip.pickup, by: rule).map { .visit(.pickup, $0) } }
        return news + arrivals.map { .visit(.delivery, $0) }
    }

    /// The load's owner says how the trip stands now.
    mutating func take(_ trip: Trip, after before: Trip?, at time: EventTime, by rule: TripRule) -> [TripNews] {
        if trip.way != before?.way { progress.replan(trip.way) }
        estimate.expire()
        var news: [TripNews] = []
        if trip.progress != .assigned {
            news += pickup.serve(at: time, by: rule, lastFix: progress.seen).map { .visit(.pickup, $0) }
        }
        if trip.isOver, delivered == nil {
            delivered = time
            news += delivery.serve(at: time, by: rule, lastFix: progress.seen).map { .visit(.delivery, $0) }
        }
        return news
    }

    /// The driver's hours have changed.
    mutating func takeHours() { estimate.expire() }

    /// What time alone has brought about.
    mutating func pass(to now: EventTime, on trip: Trip, with hours: DriverHours, by rule: TripRule) -> [TripNews] {
        var news: [TripNews] = []
        for end in TripEnd.allCases { news += self[end].pass(to: now, at: trip[end], by: rule).map { .visit(end, $0) } }
        if trip.isOver { return news }
        if let next = nextEstimate(by: rule), now >= next {
            let errands = progress.errands(of: trip, hasArrivedAtPickup: pickup.arrived != nil, by: rule)
            // For as long as a silence says nothing, the vehicle goes on as it should.
            let asOf = progress.seen.map { min(now, max($0, now.advanced(by: -rule.silence))) } ?? now
            let arrival = max(now, hours.schedule(errands, from: asOf).end).roundedUpToMinute
            if let told = estimate.take(arrival, at: now, by: rule) { news.append(.expected(told)) }
        }
        if let reason = lateness.judge(trip, expected: delivery.arrived == nil ? estimate.told : nil, at: now, by: rule) {
            news.append(.late(reason))
        }
        return news
    }

    private subscript(end: TripEnd) -> Visit {
        get { end == .pickup ? pickup : delivery }
        set { if end == .pickup { pickup = newValue } else { delivery = newValue } }
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        load = try EntityID(from: &reader, version: version)
        began = try EventTime(from: &reader, version: version)
        pickup = try Visit(from: &reader, version: version)
        delivery = try Visit(from: &reader, version: version)
        progress = try Progress(from: &reader, version: version)
        estimate = try Estimate(from: &reader, version: version)
        lateness = try Lateness(from: &reader, version: version)
        delivered = try EventTime?(from: &reader, version: version)
    }

    func store(into writer: inout ByteWriter) {
        load.store(into: &writer)
        began.store(into: &writer)
        pickup.store(into: &writer)
        delivery.store(into: &writer)
        progress.store(into: &writer)
        estimate.store(into: &writer)
        lateness.store(into: &writer)
        delivered.store(into: &writer)
    }

    var json: JSON {
        .object([
            "load_id": load.json, "began": began.json, "pickup": pickup.json, "delivery": delivery.json, "progress": progress.json,
            "estimate": estimate.json, "lateness": lateness.json, "delivered": delivered.json,
        ])
    }
}

/// What there is to say of a trip.
enum TripNews: Hashable, Sendable {
    case visit(TripEnd, VisitNews)
    /// The load will be there then.
    case expected(EventTime)
    case late(DelayReason)
}
