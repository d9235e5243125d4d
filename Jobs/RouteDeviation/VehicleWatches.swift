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
    private let waiting: ListState<Due, Waiting>
    /// Until when a vehicle's late signals gather.
    private let gathering: ValueState<EntityID, EventTime>
    private let due: TimerState<EntityID>
    private var shelters = CircleIndex<String>()

    /// For how long after its arrival a late signal waits for others like it.
    private static let company = EventTime.Span(.seconds(2))

    /// A vehicle and the instant at which some of its signals are due: a row each, since a stalled watermark lets many wait.
    struct Due: StateKey {
        let vehicle: EntityID
        let time: EventTime

        init(_ vehicle: EntityID, _ time: EventTime) {
            self.vehicle = vehicle
            self.time = time
        }

        init(keyFrom reader: inout ByteReader) throws(DecodeFailure) {
            time = EventTime(microseconds: Int64(bitPattern: try reader.ordered(UInt64.self) ^ (1 << 63)))
            vehicle = try EntityID(keyFrom: &reader)
        }

        func encodeKey(into writer: inout ByteWriter) {
            writer.ordered(UInt64(bitPattern: time.microseconds) ^ (1 << 63))
            vehicle.encodeKey(into: &writer)
        }

        var keyText: String { "\(time.rfc3339) \(vehicle)" }

        init?(keyText: String) {
            let parts = keyText.split(separator: " ", maxSplits: 1).map(String.init)
            guard parts.count == 2, let time = EventTime(rfc3339: parts[0]) else { return nil }
            self.init(EntityID(parts[1]), time)
        }
    }

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

        /// In which order signals that are due together count.
        var rank: (EventTime, Int) { if case .fix = signal.content { (time, 1) } else { (time, 0) } }

        var json: JSON { signal.json }
    }

    init(_ rule: DeviationRule, in scope: StateScope) {
        self.rule = rule
        self.scope = scope
        routes = scope.value("routes")
        watches = scope.value("watches")
        waiting = scope.list("waiting")
        gathering = scope.value("gathering")
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
        var instant = time
        if time <= scope.watermark {
            instant = try gathering.value(for: vehicle) ?? scope.watermark.advanced(by: VehicleWatches.company)
            try gathering.set(instant, for: vehicle)
        }
        try waiting.append(Waiting(signal, at: time), for: Due(vehicle, instant))
        due.set(Timer(vehicle, at: instant))
    }

    mutating func timerFired(_ timer: Timer<EntityID>, into out: inout Output<RouteNews>) throws(StageFailure) {
        let ready = try waiting.elements(for: Due(timer.key, timer.time))
        try waiting.removeAll(for: Due(timer.key, timer.time))
        if let gathered = try gathering.value(for: timer.key) {
            // What is due before late signals have gathered is newer than they are: it waits with them.
            if timer.time < gathered {
                for signal in ready { try waiting.append(signal, for: Due(timer.key, gathered)) }
                return
            }
            try gathering.set(nil, for: timer.key)
        }
        // Equal times: a change of route counts before a fix, and otherwise what came first.
        let order = ready.enumerated().sorted {
            ($0.element.rank.0, $0.element.rank.1, $0.offset) < ($1.element.rank.0, $1.element.rank.1, $1.offset)
        }
        for (_, next) in order { try take(next, of: timer.key, into: &out) }
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
