internal import Freight
internal import StreamCore

/// What an entity must have before a command about it is accepted, and what one entity alone may have.
enum Grant: Hashable, Sendable {
    /// A number that is unique: a load's, a vehicle's, a licence's. Held by the owner of the number.
    case number(String)
    /// A place among a carrier's vehicles or drivers. Held by the carrier.
    case membership(EntityID)
    /// The use of an idempotency key for one request. Held by the owner of the key's id.
    case key(EntityID, digest: String?)
    /// Load numbers of a day, for a load that comes without one. They come to the task, and each load takes one.
    case numbers(String)

    static func number(of type: EntityType, _ number: String) -> Grant {
        let name =
            switch type {
            case .load: "LOAD_NUMBER"
            case .vehicle: "VEHICLE_NUMBER"
            default: "LICENSE_NUMBER"
            }
        return .number("\(name) \(number)")
    }

    /// How messages name it.
    var text: String {
        switch self {
        case .number(let name): "N \(name)"
        case .membership(let carrier): "M \(carrier)"
        case .key(let id, _): "K \(id)"
        case .numbers(let prefix): "B \(prefix)"
        }
    }
}

extension Grant: Storable {
    func store(into writer: inout ByteWriter) {
        switch self {
        case .number(let name):
            writer.byte(0)
            writer.text(name)
        case .membership(let carrier):
            writer.byte(1)
            carrier.store(into: &writer)
        case .key(let id, let digest):
            writer.byte(2)
            id.store(into: &writer)
            digest.store(into: &writer)
        case .numbers(let prefix):
            writer.byte(3)
            writer.text(prefix)
        }
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        switch try reader.byte() {
        case 0: self = .number(try reader.text())
        case 1: self = .membership(try EntityID(from: &reader, version: version))
        case 2: self = .key(try EntityID(from: &reader, version: version), digest: try String?(from: &reader, version: version))
        case 3: self = .numbers(try reader.text())
        case let form: throw DecodeFailure("a grant of form \(form); this program reads 0 to 3")
        }
    }

    var json: JSON { .string(text) }
}
