internal import Dataflow
internal import Freight
internal import KeyedState
internal import StreamCore

/// Knows which trip each driver is on, so that the driver's hours go to the vehicle that makes it.
struct Crews: KeyedProcess {
    private let hours: ValueState<EntityID, KnownHours>
    private let vehicles: MapState<EntityID, EntityID, EntityID>
    private let due: TimerState<EntityID>
    private let parts: EventTimeQueue<EntityID, CrewPart>

    init(in scope: StateScope) {
        hours = scope.value("hours")
        vehicles = scope.map("vehicles")
        due = scope.timers("due")
        parts = EventTimeQueue(in: scope, waking: due)
    }

    var timers: TimerState<EntityID>? { due }

    mutating func process(
        _ part: CrewPart, of driver: EntityID, at time: EventTime, into out: inout Output<VehicleSignal>
    ) throws(StageFailure) {
        try parts.take(part, of: driver, at: time)
    }

    mutating func timerFired(_ timer: Timer<EntityID>, into out: inout Output<VehicleSignal>) throws(StageFailure) {
        for part in try parts.elements(dueAt: timer, rankedBy: \.rank) ?? [] {
            try take(part.element, of: timer.key, at: part.time, into: &out)
        }
    }

    private func take(
        _ part: CrewPart, of driver: EntityID, at time: EventTime, into out: inout Output<VehicleSignal>
    ) throws(StageFailure) {
        switch part.content {
        case .trip(let trip):
            out.emit(VehicleSignal(trip.vehicle, .trip(trip)), at: time)
            if trip.isOver { return try vehicles.set(nil, trip.load, for: driver) }
            let isNew = try vehicles.value(trip.load, for: driver) != trip.vehicle
            try vehicles.set(trip.vehicle, trip.load, for: driver)
            guard isNew, let known = try hours.value(for: driver) else { return }
            out.emit(VehicleSignal(trip.vehicle, .hours(driver: driver, known)), at: time)
        case .ended(let load, let vehicle):
            try vehicles.set(nil, load, for: driver)
            out.emit(VehicleSignal(vehicle, .ended(load)), at: time)
        case .hours(let new):
            try hours.set(new, for: driver)
            for vehicle in Set(try vehicles.entries(for: driver).values).sorted() {
                out.emit(VehicleSignal(vehicle, .hours(driver: driver, new)), at: time)
            }
        }
    }
}
