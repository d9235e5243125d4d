internal import Freight
internal import StreamCore

/// What a vehicle's task learns: where the vehicle was, and which way it is to take from when to when.
struct VehicleSignal: Hashable, Sendable, Storable {
    let vehicle: EntityID
    let content: Content

    enum Content: Hashable, Sendable {
        case fix(Fix)
        /// The route is active from now on, or its way has changed.
        case begins(PlannedRoute)
        /// The route is the vehicle's no more.
        case ends(EntityID, delivered: Bool)
    }

    /// Of what is said for one instant, a change of route counts before a fix.
    var rank: Int { if case .fix = content { 1 } else { 0 } }

    init(_ vehicle: EntityID, _ content: Content) {
        self.vehicle = vehicle
        self.content = content
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        vehicle = try EntityID(from: &reader, version: version)
        switch try reader.byte() {
        case 0: content = .fix(try Fix(from: &reader, version: version))
        case 1: content = .begins(try PlannedRoute(from: &reader, version: version))
        case 2: content = .ends(try EntityID(from: &reader, version: version), delivered: try Bool(from: &reader, version: version))
        case let kind: throw DecodeFailure("a vehicle's signal of kind \(kind); this program reads 0 to 2")
        }
    }

    func store(into writer: inout ByteWriter) {
        vehicle.store(into: &writer)
        switch content {
        case .fix(let fix):
            writer.byte(0)
            fix.store(into: &writer)
        case .begins(let route):
            writer.byte(1)
            route.store(into: &writer)
        case .ends(let route, let delivered):
            writer.byte(2)
            route.store(into: &writer)
            delivered.store(into: &writer)
        }
    }

    var json: JSON {
        switch content {
        case .fix(let fix): .object(["fix": fix.json])
        case .begins(let route): .object(["begins": route.json])
        case .ends(let route, let delivered): .object(["ends": route.json, "delivered": .bool(delivered)])
        }
    }
}
