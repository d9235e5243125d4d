internal import Freight
internal import StreamCore

/// What a load's task learns: how the load stands, or which way is planned for it.
struct LoadPart: Storable {
    let load: EntityID
    let content: Content

    enum Content: Sendable {
        /// The trip that it makes, its way left out; `nil` where nobody drives it: not yet, or not any more.
        case trip(Trip?)
        /// A route's way; `nil` where the route is none for it any more.
        case way(EntityID, PlannedWay?)
    }

    /// Of what is said for one instant, the load's own word counts first.
    var rank: Int { if case .trip = content { 0 } else { 1 } }

    init(_ load: EntityID, _ content: Content) {
        self.load = load
        self.content = content
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        load = try EntityID(from: &reader, version: version)
        switch try reader.byte() {
        case 0: content = .trip(try Trip?(from: &reader, version: version))
        case 1: content = .way(try EntityID(from: &reader, version: version), try PlannedWay?(from: &reader, version: version))
        case let kind: throw DecodeFailure("a load's part of kind \(kind); this program reads 0 and 1")
        }
    }

    func store(into writer: inout ByteWriter) {
        load.store(into: &writer)
        switch content {
        case .trip(let trip):
            writer.byte(0)
            trip.store(into: &writer)
        case .way(let route, let way):
            writer.byte(1)
            route.store(into: &writer)
            way.store(into: &writer)
        }
    }

    var json: JSON { .object(["load_id": load.json]) }
}
