internal import Dataflow
internal import Freight
internal import KeyedState
internal import StreamCore
internal import Wire

/// What a snapshot says of a vehicle: whose it is and whether it is AVAILABLE; nothing for one that is gone.
typealias VehicleNote = Note<Place>

/// Where a vehicle stands in a carrier's fleet.
struct Place: Hashable, Sendable, Storable {
    let carrier: EntityID
    let isAvailable: Bool

    init(_ carrier: EntityID, isAvailable: Bool) {
        self.carrier = carrier
        self.isAvailable = isAvailable
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        carrier = try EntityID(from: &reader, version: version)
        isAvailable = try Bool(from: &reader, version: version)
    }

    func store(into writer: inout ByteWriter) {
        carrier.store(into: &writer)
        isAvailable.store(into: &writer)
    }

    var json: JSON { .object(["carrier_id": carrier.json, "available": isAvailable.json]) }

    /// What it counts for its carrier.
    var counts: Counts {
        var counts = Counts()
        counts.vehicles = 1
        counts.available = isAvailable ? 1 : 0
        return counts
    }
}

/// Reads snapshots of vehicles; a tombstone is a vehicle that is gone.
struct VehicleNoteDecoder: RecordDecoder {
    private let parser = JSONParser()
    private let projection = JSONProjection("id", "carrier_id", "status")

    mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> VehicleNote? {
        let note = try unsafe batch.withValue(index) { value throws(DecodeFailure) -> VehicleNote? in
            guard let value = unsafe value else { return nil }
            return try unsafe parser.project(projection, value) { fields throws(DecodeFailure) -> VehicleNote in
                guard let vehicle = fields.id(0) else { throw DecodeFailure("a vehicle without an id") }
                let isAvailable = fields.string(2) == VehicleStatus.available.rawValue
                return VehicleNote(vehicle, fields.id(1).map { Place($0, isAvailable: isAvailable) })
            }
        }
        return note ?? batch.record(index).key.map { VehicleNote(EntityID(String(decoding: $0, as: UTF8.self)), nil) }
    }
}

/// Says what each change of a vehicle adds to its carrier's fleet, and takes from the one that it leaves.
struct Fleets: KeyedProcess {
    private let places: ValueState<EntityID, Place>

    init(in scope: StateScope) { places = scope.value("places") }

    mutating func process(_ note: VehicleNote, of vehicle: EntityID, at time: EventTime, into out: inout Output<Count>) throws(StageFailure)
    {
        let before = try places.value(for: vehicle)
        if before == note.content { return }
        try places.set(note.content, for: vehicle)
        if let before, let place = note.content, before.carrier == place.carrier {
            // One change of one fleet, so that no half of it is told.
            var change = place.counts
            change += -before.counts
            return out.emit(Count(of: place.carrier, .carrier, at: time, change), at: time)
        }
        if let before { out.emit(Count(of: before.carrier, .carrier, at: time, -before.counts), at: time) }
        if let place = note.content { out.emit(Count(of: place.carrier, .carrier, at: time, place.counts), at: time) }
    }
}
