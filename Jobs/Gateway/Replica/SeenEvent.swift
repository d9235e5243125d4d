internal import Freight
internal import ReadModel
internal import StreamCore
internal import Wire

/// An event as the gateway needs it: what it is about, whole as text, and the parts that are counted.
struct SeenEvent {
    let text: [UInt8]
    let type: String
    let entityType: String
    let entityID: String
    let time: EventTime
    /// Whose it is, as it says or as what it is about is known to be.
    let carrier: EntityID?
    let violation: (id: String, startedAt: EventTime, isRetracted: Bool)?
    /// Where a vehicle was, of those that say it.
    let point: (vehicle: EntityID, point: TrackPoint)?
    let place: TopicPartition
    let offset: Offset
    /// The command that it was published by, of one that somebody outside says.
    let publication: EntityID?
}

/// Reads events from their records. One a thread.
struct SeenEventReader {
    private let replica: Replica
    private let parser = JSONParser()
    private let projection = JSONProjection(
        "event_type", "entity_type", "entity_id", "timestamp", "data.carrier_id", "data.violation_id", "data.started_at",
        "data.state",
        "data.location.latitude", "data.location.longitude", "data.speed", "data.heading", "data.fuel_level", "data.odometer",
        "data.engine_hours", "source", "causation_id")
    private static let outside = Array("api".utf8)

    /// A reader that knows from `replica` whose a thing is.
    init(_ replica: Replica) { self.replica = replica }

    /// The event of a record; nil for a tombstone and for what is none, which is another job's to complain of.
    func read(_ index: Int, of batch: RecordBatch, _ place: TopicPartition) -> SeenEvent? {
        unsafe batch.withValue(index) { bytes -> SeenEvent? in
            guard let bytes = unsafe bytes else { return nil }
            return try? unsafe parser.project(projection, bytes) { fields throws(DecodeFailure) -> SeenEvent? in
                guard let type = fields.string(0), let entityType = fields.string(1), let entityID = fields.string(2) else { return nil }
                let time = unsafe fields.withString(3) { unsafe EventTime(rfc3339: $0) } ?? nil
                let isFix = type == EventType.vehicleLocationUpdated.rawValue
                return SeenEvent(
                    text: unsafe isFix ? [] : Array(bytes), type: type, entityType: entityType, entityID: entityID,
                    time: time ?? batch.time(index),
                    carrier: unsafe fields.withString(4) { unsafe EntityID(utf8: $0) }
                        ?? replica.carrier(of: entityType, EntityID(entityID)),
                    violation: type == EventType.driverHOSViolation.rawValue ? violation(fields) : nil,
                    point: isFix ? point(fields, entityID, time ?? batch.time(index)) : nil, place: place, offset: batch.offset(index),
                    publication: publication(fields))
            }
        }
    }

    private func publication(_ fields: borrowing JSONFields) -> EntityID? {
        let isFromOutside = unsafe fields.withString(15) { unsafe $0.elementsEqual(SeenEventReader.outside) } ?? false
        return isFromOutside ? unsafe fields.withString(16) { unsafe EntityID(utf8: $0) } : nil
    }

    private func violation(_ fields: borrowing JSONFields) -> (id: String, startedAt: EventTime, isRetracted: Bool)? {
        guard let id = fields.string(5), let started = fields.string(6).flatMap({ EventTime(rfc3339: $0) }) else { return nil }
        return (id, started, fields.string(7) == "RETRACTED")
    }

    private func point(
        _ fields: borrowing JSONFields, _ vehicle: String, _ time: EventTime
    ) -> (vehicle: EntityID, point: TrackPoint)? {
        guard let latitude = fields.number(8), let longitude = fields.number(9) else { return nil }
        return (
            EntityID(vehicle),
            TrackPoint(
                time: time, latitude: latitude, longitude: longitude, speed: fields.number(10), heading: fields.number(11),
                fuelLevel: fields.number(12), odometer: fields.number(13), engineHours: fields.number(14))
        )
    }
}
