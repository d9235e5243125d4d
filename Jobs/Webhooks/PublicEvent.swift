internal import Freight
internal import StreamCore
internal import Wire

/// An event as it was published, with the little that is needed to address it.
struct PublicEvent: Storable, Hashable {
    let id: EntityID
    let type: EventType
    let entityID: EntityID
    /// The carrier that it concerns, where it says so.
    let carrierID: EntityID?
    /// The whole of it: what is delivered.
    let text: RawJSON

    init(id: EntityID, type: EventType, entityID: EntityID, carrierID: EntityID?, text: RawJSON) {
        self.id = id
        self.type = type
        self.entityID = entityID
        self.carrierID = carrierID
        self.text = text
    }

    func store(into writer: inout ByteWriter) {
        id.store(into: &writer)
        type.store(into: &writer)
        entityID.store(into: &writer)
        carrierID.store(into: &writer)
        text.store(into: &writer)
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        id = try EntityID(from: &reader, version: version)
        type = try EventType(from: &reader, version: version)
        entityID = try EntityID(from: &reader, version: version)
        carrierID = try EntityID?(from: &reader, version: version)
        text = try RawJSON(from: &reader, version: version)
    }

    var json: JSON { text.json }
}

/// Reads events. One without an id, an entity or a known type is nobody's to deliver and is left out; what is no JSON is a failure.
struct PublicEventDecoder: RecordDecoder {
    private let parser = JSONParser()
    private let projection = JSONProjection("event_id", "event_type", "entity_id", "data.carrier_id")

    mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> PublicEvent? {
        try unsafe batch.withValue(index) { value throws(DecodeFailure) -> PublicEvent? in
            guard let value = unsafe value else { return nil }
            return try unsafe parser.project(projection, value) { fields throws(DecodeFailure) -> PublicEvent? in
                guard let id = fields.string(0), let type = fields.string(1).flatMap({ EventType(rawValue: $0) }),
                    let entity = fields.string(2)
                else { return nil }
                return PublicEvent(
                    id: EntityID(id), type: type, entityID: EntityID(entity), carrierID: fields.string(3).map { EntityID($0) },
                    text: RawJSON(unsafe Array(value)))
            }
        }
    }
}
