internal import Dataflow
internal import Freight
internal import Geodesy
internal import KeyedState
internal import StreamCore

/// Has each vehicle's watch judge its signals in the order of their time. A late fix still counts where the vehicle has reported nothing
/// newer.
struct VehicleWatches: BroadcastProcess {
    private let rule: DeviationRule
    private let routes: ValueState<EntityID, PlannedRoute>
    private let watches: ValueState<EntityID, RouteWatch>
    private let due: TimerState<EntityID>
    private let signals: EventTimeQueue<EntityID, VehicleSignal>
    private var shelters = CircleIndex<String>()
    private var personal = PersonalUses()

    init(_ rule: DeviationRule, in scope: StateScope) {
        self.rule = rule
        routes = scope.value("routes")
        watches = scope.value("watches")
        due = scope.timers("due")
        signals = EventTimeQueue(in: scope, waking: due)
    }

    var timers: TimerState<EntityID>? { due }

    mutating func broadcast(_ reference: Reference, at time: EventTime) {
        switch reference {
        case .place(let place):
            let circle = place.place.map { GeoCircle(center: $0, radiusMeters: place.radius ?? rule.shelterMeters) }
            shelters.set(circle, for: place.id)
        case .driver(let use): personal.take(use)
        }
    }

    mutating func process(
        _ signal: VehicleSignal, of vehicle: EntityID, at time: EventTime, into out: inout Output<RouteNews>
    ) throws(StageFailure) {
        if case .fix(let fix) = signal.content, let watch = try watches.value(for: vehicle), fix.time <= watch.judged { return }
        try signals.take(signal, of: vehicle, at: time)
    }

    mutating func timerFired(_ timer: Timer<EntityID>, into out: inout Output<RouteNews>) throws(StageFailure) {
        for next in try signals.elements(dueAt: timer, rankedBy: \.rank) ?? [] {
            try take(next.element, at: next.time, of: timer.key, into: &out)
        }
    }

    private func take(
        _ signal: VehicleSignal, at time: EventTime, of vehicle: EntityID, into out: inout Output<RouteNews>
    ) throws(StageFailure) {
        switch signal.content {
        case .fix(let fix):
            guard let route = try routes.value(for: vehicle) else { return }
            try change(vehicle, out: &out) { watch in
                watch?.observe(fix, on: route, by: rule, isSheltered: { isSheltered($0, at: fix.time, on: route) }) ?? []
            }
        case .begins(let route):
            let before = try routes.value(for: vehicle)
            try change(vehicle, out: &out) { watch in
                guard let before, before.id == route.id, watch != nil else {
                    let news = before.flatMap { watch?.end(at: time, of: $0, delivered: false) } ?? []
                    watch = RouteWatch(of: vehicle, since: time)
                    return news
                }
                return watch?.replan(at: time, from: before) ?? []
            }
            try routes.set(route, for: vehicle)
        case .ends(let id, let delivered):
            guard let route = try routes.value(for: vehicle), route.id == id else { return }
            try change(vehicle, out: &out) { watch in
                defer { watch = nil }
                return watch?.end(at: time, of: route, delivered: delivered) ?? []
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

    /// Whether nobody there has left the way: at a place of the network where vehicles stop, at either end of the route, anywhere while the
    /// driver uses the vehicle for themselves.
    private func isSheltered(_ place: GeoPoint, at time: EventTime, on route: PlannedRoute) -> Bool {
        [route.way.start, route.way.end].contains { GeoCircle(center: $0, radiusMeters: rule.shelterMeters).contains(place) }
            || shelters.contains(place) || personal.contains(route.load, at: time)
    }
}
