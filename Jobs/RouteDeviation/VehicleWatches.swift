internal import Dataflow
internal import Freight
internal import Geodesy
internal import KeyedState
internal import StreamCore

/// Holds each vehicle's signals until the watermark has passed them, and then has its watch judge them in the order of their time.
///
/// The buffer is state, unlike that of an ordering step, because a late fix still counts where the vehicle has reported nothing newer: a
/// box that was out of coverage sends what it measured all at once. Such fixes wait a moment for each other.
struct VehicleWatches: BroadcastProcess {
    private let rule: DeviationRule
    private let scope: StateScope
    private let routes: ValueState<EntityID, PlannedRoute>
    private let watches: ValueState<EntityID, RouteWatch>
    private let waiting: ListState<EntityID, Waiting>
    private let due: TimerState<EntityID>
    private var shelters = CircleIndex<String>()

    /// For how long after its arrival a late signal waits for others like it.
    private static let company = EventTime.Span(.seconds(2))

    struct Waiting: Hashable, Storable {
        let time: EventTime
        let signal: VehicleSignal

        init(_ signal: VehicleSignal, at time: EventTime) {
            self.signal = signal
            self.time = time
        }

        init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
            time = try EventTime(from: &reader, version: version)
            signal = try VehicleSignal(from: &reader, version: version)
        }

        func store(into writer: inout ByteWriter) {
            time.store(into: &writer)
            signal.store(into: &writer)
        }

        var json: JSON { signal.json }
    }

    init(_ rule: DeviationRule, in scope: StateScope) {
        self.rule = rule
        self.scope = scope
        routes = scope.value("routes")
        watches = scope.value("watches")
        waiting = scope.list("waiting")
        due = scope.timers("due")
    }

    var timers: TimerState<EntityID>? { due }

    mutating func broadcast(_ place: NetworkPlace, at time: EventTime) {
        let circle = place.place.map { GeoCircle(center: $0, radiusMeters: place.radius ?? rule.shelterMeters) }
        shelters.set(circle, for: place.id)
    }

    mutating func process(
        _ signal: VehicleSignal, of vehicle: EntityID, at time: EventTime, into out: inout Output<RouteNews>
    ) throws(StageFailure) {
        if case .fix(let fix) = signal.content, let watch = try watches.value(for: vehicle), fix.time <= watch.judged { return }
        try waiting.append(Waiting(signal, at: time), for: vehicle)
        let isLate = time <= scope.watermark
        due.set(Timer(vehicle, at: isLate ? scope.watermark.advanced(by: VehicleWatches.company) : time))
    }

    mutating func timerFired(_ timer: Timer<EntityID>, into out: inout Output<RouteNews>) throws(StageFailure) {
        let vehicle = timer.key
        let ready = try waiting.update(vehicle) { signals throws(StageFailure) -> [Waiting] in
            let ready = signals.filter { $0.time <= timer.time }
            signals.removeAll { $0.time <= timer.time }
            return ready.enumerated().sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
        }
        for next in ready { try take(next, of: vehicle, into: &out) }
    }

    private func take(_ next: Waiting, of vehicle: EntityID, into out: inout Output<RouteNews>) throws(StageFailure) {
        switch next.signal.content {
        case .fix(let fix):
            guard let route = try routes.value(for: vehicle) else { return }
            try change(vehicle, out: &out) { watch in
                watch?.observe(fix, on: route, by: rule, isSheltered: { isSheltered($0, on: route) }) ?? []
            }
        case .begins(let route):
            let before = try routes.value(for: vehicle)
            try change(vehicle, out: &out) { watch in
                guard let before, before.id == route.id, watch != nil else {
                    let news = before.flatMap { watch?.end(at: next.time, of: $0, delivered: false) } ?? []
                    watch = RouteWatch(of: vehicle, since: next.time)
                    return news
                }
                return watch?.replan(at: next.time, from: before) ?? []
            }
            try routes.set(route, for: vehicle)
        case .ends(let id, let delivered):
            guard let route = try routes.value(for: vehicle), route.id == id else { return }
            try change(vehicle, out: &out) { watch in
                defer { watch = nil }
                return watch?.end(at: next.time, of: route, delivered: delivered) ?? []
            }
            try routes.set(nil, for: vehicle)
        }
    }

    private func change(
        _ vehicle: EntityID, out: inout Output<RouteNews>, _ body: (inout RouteWatch?) -> [RouteNews]
    ) throws(StageFailure) {
        let news = try watches.update(vehicle) { slot throws(StageFailure) in body(&slot.value) }
        for item in news { out.emit(item, at: item.time) }
    }

    /// Whether vehicles stop there: at a place of the network, or at either end of the route.
    private func isSheltered(_ place: GeoPoint, on route: PlannedRoute) -> Bool {
        [route.way.start, route.way.end].contains { GeoCircle(center: $0, radiusMeters: rule.shelterMeters).contains(place) }
            || shelters.contains(place)
    }
}
