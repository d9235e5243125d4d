internal import Freight
internal import KeyedState
internal import StreamCore
internal import Wire

/// What is heard of one thing: an event about it, or whose it is from now on.
enum Occurrence: Storable {
    case event(PublicEvent)
    case belonging(of: EntityID, to: EntityID?)

    /// What it is about.
    var entityID: EntityID {
        switch self {
        case .event(let event): event.entityID
        case .belonging(let thing, _): thing
        }
    }

    func store(into writer: inout ByteWriter) {
        switch self {
        case .event(let event):
            writer.byte(0)
            event.store(into: &writer)
        case .belonging(let thing, let carrier):
            writer.byte(1)
            thing.store(into: &writer)
            carrier.store(into: &writer)
        }
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        switch try reader.byte() {
        case 0: self = .event(try PublicEvent(from: &reader, version: version))
        case 1:
            let thing = try EntityID(from: &reader, version: version)
            self = .belonging(of: thing, to: try EntityID?(from: &reader, version: version))
        case let form: throw DecodeFailure("an occurrence of form \(form); this program reads 0 and 1")
        }
    }

    var json: JSON {
        switch self {
        case .event(let event): event.json
        case .belonging(let thing, let carrier): .object(["entity_id": thing.json, "carrier_id": carrier?.json ?? .null])
        }
    }
}

/// Reads events as occurrences.
struct HappeningDecoder: RecordDecoder {
    private var events = PublicEventDecoder()

    mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> Occurrence? {
        try events.decode(index, of: batch).map { .event($0) }
    }
}

/// Reads from snapshots whose each thing is. One that is gone is nobody's: the event that says so names its carrier itself.
struct BelongingDecoder: RecordDecoder {
    private let parser = JSONParser()
    private let projection = JSONProjection("carrier_id")

    mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> Occurrence? {
        let id = unsafe batch.withKey(index) { key in unsafe key.map { unsafe EntityID(utf8: $0) } }
        guard let id else { throw DecodeFailure("a snapshot without a key, which names what it is of") }
        return try unsafe batch.withValue(index) { value throws(DecodeFailure) -> Occurrence? in
            guard let value = unsafe value else { return .belonging(of: id, to: nil) }
            return try unsafe parser.project(projection, value) { fields throws(DecodeFailure) -> Occurrence? in
                .belonging(of: id, to: fields.string(0).map { EntityID($0) })
            }
        }
    }
}
