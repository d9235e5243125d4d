internal import Dataflow
internal import Freight
internal import HoursOfService
internal import KeyedState
internal import StreamCore

/// Has each vehicle's watch judge its signals in the order of their time, and wakes it when time alone brings something about.
struct VehicleWatches: KeyedProcess {
    private let rule: TripRule
    private let trips: ListState<EntityID, Trip>
    private let hours: MapState<EntityID, EntityID, KnownHours>
    private let watches: ValueState<EntityID, VehicleWatch>
    private let due: TimerState<EntityID>
    private let signals: EventTimeQueue<EntityID, VehicleSignal>

    init(_ rule: TripRule, in scope: StateScope) {
        self.rule = rule
        trips = scope.list("trips")
        hours = scope.map("hours")
        watches = scope.value("watches")
        due = scope.timers("due")
        signals = EventTimeQueue(in: scope, waking: due)
    }

    var timers: TimerState<EntityID>? { due }

    mutating func process(
        _ signal: VehicleSignal, of vehicle: EntityID, at time: EventTime, into out: inout Output<VehicleNews>
    ) throws(StageFailure) {
        if case .fix(let fix) = signal.content, let watch = try watches.value(for: vehicle), fix.time <= watch.judged { return }
        try signals.take(signal, of: vehicle, at: time)
    }

    mutating func timerFired(_ timer: Timer<EntityID>, into out: inout Output<VehicleNews>) throws(StageFailure) {
        let (vehicle, now) = (timer.key, timer.time)
        var watch = try watches.value(for: vehicle) ?? VehicleWatch()
        var news: [News] = []
        for next in try signals.elements(dueAt: timer, rankedBy: \.rank) ?? [] {
            news += try take(next.element.content, at: next.time, of: vehicle, &watch)
        }
        let (known, crew) = (try trips.elements(for: vehicle), try hours.entries(for: vehicle))
        news += watch.pass(to: now, on: known, by: rule) { trip in
            crew[trip.driver]?.hours ?? DriverHours(driver: "\(trip.driver)", ruleSet: rule.terms.rules[0].name, terms: rule.terms)
        }
        for load in watch.over(at: now, by: rule) { try end(load, of: vehicle, &watch) }
        if let wake = watch.wake, wake <= now { watch.wake = nil }
        if let next = watch.next(after: now, on: try trips.elements(for: vehicle), by: rule), next < watch.wake ?? .distantFuture {
            // A timer that is set earlier than it turns out to be needed looks again.
            watch.wake = next
            due.set(Timer(vehicle, at: next))
        }
        try watches.set(watch, for: vehicle)
        for item in news { out.emit(VehicleNews(vehicle: vehicle, news: item), at: item.time) }
    }

    private func take(
        _ signal: VehicleSignal.Content, at time: EventTime, of vehicle: EntityID, _ watch: inout VehicleWatch
    ) throws(StageFailure) -> [News] {
        switch signal {
        case .fix(let fix): return watch.observe(fix, on: try trips.elements(for: vehicle), by: rule)
        case .trip(let trip):
            let before = try trips.update(vehicle) { list throws(StageFailure) in
                let before = list.first { $0.load == trip.load }
                if before != nil || !trip.isOver { list = list.filter { $0.load != trip.load } + [trip] }
                return before
            }
            return watch.take(trip, after: before, at: time, by: rule)
        case .ended(let load): try end(load, of: vehicle, &watch)
        case .hours(let driver, let new):
            try hours.set(new, driver, for: vehicle)
            watch.takeHours(of: driver, on: try trips.elements(for: vehicle))
        case .upkeep(let plan): watch.take(plan)
        }
        return []
    }

    private func end(_ load: EntityID, of vehicle: EntityID, _ watch: inout VehicleWatch) throws(StageFailure) {
        watch.end(load)
        let left = try trips.update(vehicle) { list throws(StageFailure) in
            list.removeAll { $0.load == load }
            return Set(list.map(\.driver))
        }
        try hours.update(vehicle) { crew throws(StageFailure) in crew = crew.filter { left.contains($0.key) } }
    }
}

/// What there is to say of a vehicle.
struct VehicleNews: Sendable {
    let vehicle: EntityID
    let news: News
}
