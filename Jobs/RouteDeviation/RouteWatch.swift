internal import Freight
internal import Geodesy
internal import StreamCore

/// Watches one vehicle on one route: the whole of the deviation rule, a fix at a time.
///
/// ```
/// ON_ROUTE ──off──▶ SUSPECT ──3 fixes, 60 s, 500 m off──▶ DEVIATED ──back for 2 fixes──▶ REJOINED ──on──▶ ON_ROUTE
///    ▲─────back, sheltered, silent too long──┘                any state ──at the end of the way──▶ ARRIVED
/// ```
/// What it is asked decides everything: it has no clock, and the same fixes in the same order give the same news.
struct RouteWatch: Hashable, Sendable, Storable {
    enum State: UInt8, Sendable, CaseIterable {
        case onRoute, suspect, deviated, rejoined, arrived

        var name: String {
            switch self {
            case .onRoute: "ON_ROUTE"
            case .suspect: "SUSPECT"
            case .deviated: "DEVIATED"
            case .rejoined: "REJOINED"
            case .arrived: "ARRIVED"
            }
        }
    }

    let vehicle: EntityID
    /// When its route became active.
    let began: EventTime
    private(set) var state = State.onRoute
    private var tracker = WayTracker()
    private var odometry = Odometry()
    private var excursion: Excursion?
    private var last: Fix?
    /// How many fixes in a row nothing could have driven to. One is an error of the receiver; three are where the vehicle is.
    private var strays = 0

    private static let believedStrays = 3

    init(of vehicle: EntityID, since began: EventTime) {
        self.vehicle = vehicle
        self.began = began
    }

    /// The newest fix that it has judged.
    var judged: EventTime { last?.time ?? .distantPast }

    /// Judges a fix. One from before the route became active, one that is not newer than the last, and one at a
    /// place that the vehicle cannot have reached say nothing.
    /// `isSheltered` is asked, of places off the way alone, whether vehicles stop there.
    mutating func observe(
        _ fix: Fix, on route: PlannedRoute, by rule: DeviationRule, isSheltered: (GeoPoint) -> Bool
    ) -> [RouteNews] {
        guard state != .arrived, fix.time > judged, fix.time >= began, isReachable(fix) else { return [] }
        if fix.time.since(judged) > rule.gap, state == .suspect { settle() }
        last = fix
        let meters = odometry.take(fix)
        tracker.drive(meters)
        let threshold = rule.threshold(fix)
        let match = tracker.match(
            fix, on: route.way, within: threshold, retreat: state == .deviated ? excursion?.driven ?? 0 : 0)
        let news = judge(fix, match, threshold, meters, on: route, by: rule, isSheltered)
        guard hasArrived(at: fix, on: route, by: rule) else { return news }
        return news + end(at: fix.time, of: route, delivered: true)
    }

    /// The route is over: closes what is open, and says that it is completed where it was `delivered` and that has not been said.
    mutating func end(at time: EventTime, of route: PlannedRoute, delivered: Bool) -> [RouteNews] {
        var news: [RouteNews] = []
        if state == .deviated, let excursion, let last {
            let extra = excursion.extra(backAt: tracker.closest(to: last, on: route.way))
            news.append(self.news(.cleared(deviation(excursion, last, extra, on: route)), of: route, at: time))
        }
        if delivered, state != .arrived {
            news.append(self.news(.completed(meters: odometry.driven, time.since(began)), of: route, at: time))
        }
        state = .arrived
        excursion = nil
        return news
    }

    /// The route has got another way: closes what is open and looks for the vehicle on the new one.
    mutating func replan(at time: EventTime, from route: PlannedRoute) -> [RouteNews] {
        if state == .arrived { return [] }
        let news = end(at: time, of: route, delivered: false)
        state = .onRoute
        tracker = WayTracker()
        return news
    }

    private mutating func judge(
        _ fix: Fix, _ match: PolylineMatch, _ threshold: Double, _ meters: Double, on route: PlannedRoute, by rule: DeviationRule,
        _ isSheltered: (GeoPoint) -> Bool
    ) -> [RouteNews] {
        let isOff = match.distance > threshold
        let isNear = match.distance <= rule.clearShare * threshold
        excursion?.take(fix, off: match.distance, isOff: isOff, driven: meters)
        switch state {
        case .onRoute, .rejoined, .arrived:
            if !isOff {
                tracker.advance(to: match, at: fix.time)
                state = .onRoute
            } else if !isSheltered(fix.place) {
                excursion = Excursion(
                    at: fix, off: match.distance, from: tracker.point ?? route.way.start, along: tracker.along, after: meters)
                state = .suspect
            }
        case .suspect:
            if !isOff { tracker.advance(to: match, at: fix.time) }
            if isNear || isOff && isSheltered(fix.place) { settle() }
            guard let excursion, excursion.isDue(at: fix, by: rule) else { return [] }
            state = .deviated
            let so = deviation(excursion, fix, excursion.extra(backAt: match), off: match.distance, on: route)
            return [news(.started(so), of: route, at: fix.time)]
        case .deviated:
            guard isNear else {
                excursion?.strayed()
                return []
            }
            guard excursion?.isOver(near: match, from: tracker.reached - threshold, noise: fix.accuracy, by: rule) ?? true else {
                return []
            }
            let over = excursion.map { deviation($0, fix, $0.extra(backAt: match), on: route) }
            tracker.rejoin(at: match, at: fix.time)
            settle()
            state = .rejoined
            return over.map { [news(.cleared($0), of: route, at: fix.time)] } ?? []
        }
        return []
    }

    /// Nothing is suspected any more.
    private mutating func settle() {
        excursion = nil
        state = .onRoute
    }

    private mutating func isReachable(_ fix: Fix) -> Bool {
        guard let last else { return true }
        let seconds = Double(fix.time.since(last.time).microseconds) / 1e6
        let meters = last.place.distance(to: fix.place) - last.accuracy - fix.accuracy
        strays = meters > DeviationRule.topSpeed * seconds + DeviationRule.reachSlack ? strays + 1 : 0
        if strays == RouteWatch.believedStrays { strays = 0 }
        return strays == 0
    }

    /// Whether the vehicle is where its way ends, having driven it, or come there by another: where a way ends where it starts, being
    /// near says nothing until most of it is behind.
    private func hasArrived(at fix: Fix, on route: PlannedRoute, by rule: DeviationRule) -> Bool {
        guard state != .arrived, GeoCircle(center: route.way.end, radiusMeters: rule.arrivalMeters).contains(fix.place) else {
            return false
        }
        if tracker.reached >= route.way.length - 2 * rule.arrivalMeters { return true }
        return excursion != nil && route.way.start.distance(to: route.way.end) > 2 * rule.arrivalMeters
    }

    private func news(_ content: RouteNews.Content, of route: PlannedRoute, at time: EventTime) -> RouteNews {
        RouteNews(route: route.id, vehicle: vehicle, load: route.load, time: time, content: content)
    }

    private func deviation(
        _ excursion: Excursion, _ fix: Fix, _ extra: Double, off distance: Double? = nil, on route: PlannedRoute
    ) -> Deviation {
        Deviation(
            id: .deviation(of: route.id, by: vehicle, since: excursion.since), since: excursion.since,
            distanceOff: distance ?? excursion.furthest, position: fix.place, entry: excursion.entry, extraMeters: extra,
            delay: EventTime.Span(microseconds: Int64(extra / max(1, route.pace) * 1e6)))
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        vehicle = try EntityID(from: &reader, version: version)
        began = try EventTime(from: &reader, version: version)
        let number = try reader.byte()
        guard let state = State(rawValue: number) else { throw DecodeFailure("a watch in state \(number); this program reads 0 to 4") }
        self.state = state
        tracker = try WayTracker(from: &reader, version: version)
        odometry = try Odometry(from: &reader, version: version)
        excursion = try Excursion?(from: &reader, version: version)
        last = try Fix?(from: &reader, version: version)
        strays = try Int(from: &reader, version: version)
    }

    func store(into writer: inout ByteWriter) {
        vehicle.store(into: &writer)
        began.store(into: &writer)
        writer.byte(state.rawValue)
        tracker.store(into: &writer)
        odometry.store(into: &writer)
        excursion.store(into: &writer)
        last.store(into: &writer)
        strays.store(into: &writer)
    }

    var json: JSON {
        .object([
            "state": .string(state.name), "began": began.json, "progress": tracker.json, "driven_miles": odometry.json,
            "excursion": excursion.json, "last_fix": last.json,
        ])
    }
}
