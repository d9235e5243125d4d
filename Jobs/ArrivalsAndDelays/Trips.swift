internal import Dataflow
internal import Freight
internal import KeyedState
internal import StreamCore

/// Puts each load's trip and its planned way together, and tells them to the driver; what changes neither goes no further. A trip that is
/// another vehicle's or driver's, or nobody's, is ended for those who had it.
struct Trips: KeyedProcess {
    private let trips: ValueState<EntityID, Trip>
    private let ways: ValueState<EntityID, PlannedWay>
    private let told: ValueState<EntityID, Told>
    private let due: TimerState<EntityID>
    private let parts: EventTimeQueue<EntityID, LoadPart>

    /// Who was told, and a digest of what.
    struct Told: Hashable, Storable {
        let vehicle: EntityID
        let driver: EntityID
        let digest: UInt64

        init(_ trip: Trip) {
            var writer = ByteWriter(capacity: 1_024)
            trip.store(into: &writer)
            (vehicle, driver, digest) = (trip.vehicle, trip.driver, xxh3(writer.bytes))
        }

        init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
            vehicle = try EntityID(from: &reader, version: version)
            driver = try EntityID(from: &reader, version: version)
            digest = try reader.word()
        }

        func store(into writer: inout ByteWriter) {
            vehicle.store(into: &writer)
            driver.store(into: &writer)
            writer.word(digest)
        }

        var json: JSON { .object(["vehicle_id": vehicle.json, "driver_id": driver.json]) }
    }

    init(in scope: StateScope) {
        trips = scope.value("trips")
        ways = scope.value("ways")
        told = scope.value("told")
        due = scope.timers("due")
        parts = EventTimeQueue(in: scope, waking: due)
    }

    var timers: TimerState<EntityID>? { due }

    mutating func process(_ part: LoadPart, of load: EntityID, at time: EventTime, into out: inout Output<CrewPart>) throws(StageFailure) {
        try parts.take(part, of: load, at: time)
    }

    mutating func timerFired(_ timer: Timer<EntityID>, into out: inout Output<CrewPart>) throws(StageFailure) {
        let ready = try parts.elements(dueAt: timer, rankedBy: \.rank) ?? []
        for part in ready { try take(part.element, of: timer.key) }
        if let last = ready.last { try tell(timer.key, at: last.time, into: &out) }
    }

    private func take(_ part: LoadPart, of load: EntityID) throws(StageFailure) {
        switch part.content {
        case .trip(let trip): try trips.set(trip, for: load)
        case .way(let route, let way):
            // The end of a route that another has taken the place of.
            if way == nil, try ways.value(for: load)?.route != route { return }
            try ways.set(way, for: load)
        }
    }

    private func tell(_ load: EntityID, at time: EventTime, into out: inout Output<CrewPart>) throws(StageFailure) {
        let before = try told.value(for: load)
        guard var trip = try trips.value(for: load) else {
            guard let before else { return }
            try told.set(nil, for: load)
            return out.emit(CrewPart(before.driver, .ended(load: load, vehicle: before.vehicle)), at: time)
        }
        if trip.isOver { try ways.set(nil, for: load) }
        trip.way = try ways.value(for: load)
        let now = Told(trip)
        if now == before { return }
        try told.set(now, for: load)
        if let before, before.vehicle != trip.vehicle || before.driver != trip.driver {
            out.emit(CrewPart(before.driver, .ended(load: load, vehicle: before.vehicle)), at: time)
        }
        out.emit(CrewPart(trip.driver, .trip(trip)), at: time)
    }
}
