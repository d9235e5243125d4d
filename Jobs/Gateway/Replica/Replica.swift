internal import Freight
internal import ReadModel
internal import StreamCore
internal import Synchronization

/// The fleet as it is now, in memory: each entity's text, and the columns by which it is listed. One thread writes, any read.
///
/// Entities lie on shelves by their id, each with a lock of its own, so that a long look at all of them holds up nobody for long.
final class Replica: Sendable {
    /// One entity.
    struct Entry: Sendable {
        /// The whole of it, as snapshots carry it.
        let text: [UInt8]
        /// Its version.
        let version: Int
        /// Its columns, in the order of its collection's.
        let cells: [Cell]
        /// Of a vehicle, an object with what its load's detail says of where it is; empty for others.
        var sighting: [UInt8] = []
    }

    private final class Shelf: Sendable {
        let entries = Mutex<[EntityID: Entry]>([:])
    }

    private let shelves: [Collection: [Shelf]]
    private let hours = Mutex<[EntityID: [UInt8]]>([:])
    private let performance = Mutex<[EntityID: Performance]>([:])
    private static let width = 32

    init() {
        shelves = Dictionary(
            uniqueKeysWithValues: Collection.allCases.map { ($0, (0..<Replica.width).map { _ in Shelf() }) })
    }

    private func shelf(_ collection: Collection, _ id: EntityID) -> Shelf? {
        shelves[collection]?[Int(UInt(bitPattern: id.hashValue) % UInt(Replica.width))]
    }

    /// The entity of that id; `nil` where there is none.
    func entry(_ collection: Collection, _ id: EntityID) -> Entry? { shelf(collection, id)?.entries.withLock { $0[id] } }

    /// Takes an entity as it is now, or that it is no more.
    func put(_ entry: Entry?, _ collection: Collection, _ id: EntityID) { shelf(collection, id)?.entries.withLock { $0[id] = entry } }

    /// Everything that `isWanted` says of a collection, in no order.
    func entries(_ collection: Collection, where isWanted: (EntityID, Entry) -> Bool) -> [(id: EntityID, entry: Entry)] {
        var found: [(id: EntityID, entry: Entry)] = []
        for shelf in shelves[collection] ?? [] {
            shelf.entries.withLock { entries in
                for (id, entry) in entries where isWanted(id, entry) { found.append((id, entry)) }
            }
        }
        return found
    }

    /// The carrier of a vehicle, a driver or a route as they are now, or a carrier itself; `nil` for what else events are about: a load's
    /// say whose it was then.
    func carrier(of type: String, _ id: EntityID) -> EntityID? {
        switch EntityType(rawValue: type) {
        case .carrier: id
        case .vehicle: entry(.vehicles, id)?.cell("carrier_id", of: .vehicles).id
        case .driver: entry(.drivers, id)?.cell("carrier_id", of: .drivers).id
        case .route: entry(.routes, id)?.cell("carrier_id", of: .routes).id
        default: nil
        }
    }

    /// The record of a driver's hours of service; `nil` where nothing was logged.
    func hours(of driver: EntityID) -> [UInt8]? { hours.withLock { $0[driver] } }

    /// Takes a driver's hours as they are now.
    func put(hours record: [UInt8]?, of driver: EntityID) { hours.withLock { $0[driver] = record } }

    /// How a carrier or a driver did, as was last told; `nil` where nothing was.
    func performance(of subject: EntityID) -> Performance? { performance.withLock { $0[subject] } }

    /// Takes what is told of how a carrier or a driver did.
    func put(performance told: Performance?, of subject: EntityID) { performance.withLock { $0[subject] = told } }

    /// How many entities it holds of a collection.
    func count(_ collection: Collection) -> Int { (shelves[collection] ?? []).reduce(0) { $0 + $1.entries.withLock { $0.count } } }
}

extension Replica.Entry {
    /// What stands in a column.
    func cell(_ column: String, of collection: Collection) -> Cell {
        collection.columns.firstIndex { $0.name == column }.map { cells[$0] } ?? .none
    }
}

extension EntityType {
    /// The collection of the entities of this type; nil for what is no entity.
    var collection: Collection? { Collection(rawValue: plural) }
}
