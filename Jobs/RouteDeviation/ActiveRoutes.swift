internal import Dataflow
internal import Freight
internal import KeyedState
internal import StreamCore

/// Knows of each route which vehicle has been told to drive it, so that a vehicle that loses its route hears of that too. What does not
/// change the way or the vehicle goes no further.
struct ActiveRoutes: KeyedProcess {
    private let told: ValueState<EntityID, Told>

    /// Which vehicle was told, and a digest of the plan that it was told.
    struct Told: Hashable, Storable {
        let vehicle: EntityID
        let digest: UInt64

        init(_ vehicle: EntityID, _ plan: PlannedRoute) {
            var writer = ByteWriter(capacity: 1_024)
            plan.store(into: &writer)
            self.vehicle = vehicle
            digest = xxh3(writer.bytes)
        }

        init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
            vehicle = try EntityID(from: &reader, version: version)
            digest = try reader.word()
        }

        func store(into writer: inout ByteWriter) {
            vehicle.store(into: &writer)
            writer.word(digest)
        }

        var json: JSON { .object(["vehicle_id": vehicle.json]) }
    }

    init(in scope: StateScope) { told = scope.value("told") }

    mutating func process(
        _ change: RouteChange, of route: EntityID, at time: EventTime, into out: inout Output<VehicleSignal>
    ) throws(StageFailure) {
        let before = try told.value(for: route)
        guard case .active(let vehicle, let plan) = change.standing else {
            guard let before else { return }
            try told.set(nil, for: route)
            return out.emit(VehicleSignal(before.vehicle, .ends(route, delivered: change.standing == .completed)), at: time)
        }
        let now = Told(vehicle, plan)
        if now == before { return }
        try told.set(now, for: route)
        if let before, before.vehicle != vehicle { out.emit(VehicleSignal(before.vehicle, .ends(route, delivered: false)), at: time) }
        out.emit(VehicleSignal(vehicle, .begins(plan)), at: time)
    }
}
