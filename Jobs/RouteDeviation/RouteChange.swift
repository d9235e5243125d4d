internal import Freight
internal import Geodesy
internal import StreamCore

/// A route as its owner last said it is, as far as its watch cares. Without an assignment it is nobody's: planned, over, deleted.
struct RouteChange: Hashable, Sendable, Storable {
    let route: EntityID
    let standing: Standing

    enum Standing: Hashable, Sendable {
        /// A vehicle is to be driving it.
        case active(vehicle: EntityID, PlannedRoute)
        /// Its load has been delivered.
        case completed
        /// Nobody drives it: not yet, or not any more.
        case idle
    }

    init(_ route: EntityID, _ standing: Standing) {
        self.route = route
        self.standing = standing
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        route = try EntityID(from: &reader, version: version)
        switch try reader.byte() {
        case 0:
            standing = .active(
                vehicle: try EntityID(from: &reader, version: version), try PlannedRoute(from: &reader, version: version))
        case 1: standing = .completed
        case 2: standing = .idle
        case let kind: throw DecodeFailure("a route's standing of kind \(kind); this program reads 0 to 2")
        }
    }

    func store(into writer: inout ByteWriter) {
        route.store(into: &writer)
        switch standing {
        case .active(let vehicle, let plan):
            writer.byte(0)
            vehicle.store(into: &writer)
            plan.store(into: &writer)
        case .completed: writer.byte(1)
        case .idle: writer.byte(2)
        }
    }

    var json: JSON { .object(["route_id": route.json]) }
}
