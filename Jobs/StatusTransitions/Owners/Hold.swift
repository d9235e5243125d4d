internal import Freight
internal import StreamCore

/// That a vehicle or a driver is kept for a load: reserved while the load decides, confirmed once it has.
///
/// Whoever is kept never ends it: the load does. One that has been reserved for long asks its load.
struct Hold: Storable, Hashable {
    /// The assignment.
    let saga: EntityID
    let loadID: EntityID
    /// The vehicle's driver, or the driver's vehicle.
    let partnerID: EntityID
    var isConfirmed = false
    /// What the vehicle's odometer showed when the load set out.
    var departedWith: Double?

    init(saga: EntityID, loadID: EntityID, partnerID: EntityID) {
        self.saga = saga
        self.loadID = loadID
        self.partnerID = partnerID
    }

    func store(into writer: inout ByteWriter) {
        saga.store(into: &writer)
        loadID.store(into: &writer)
        partnerID.store(into: &writer)
        writer.byte(isConfirmed ? 1 : 0)
        departedWith.store(into: &writer)
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        saga = try EntityID(from: &reader, version: version)
        loadID = try EntityID(from: &reader, version: version)
        partnerID = try EntityID(from: &reader, version: version)
        isConfirmed = try reader.byte() != 0
        departedWith = try Double?(from: &reader, version: version)
    }

    var json: JSON {
        .object([
            "saga": saga.json, "load_id": loadID.json, "partner_id": partnerID.json, "confirmed": .bool(isConfirmed),
            "departed_with": departedWith.map(JSON.number),
        ])
    }
}
