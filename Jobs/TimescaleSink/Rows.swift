internal import Freight
internal import StreamCore
internal import Wire

/// Where a vehicle was: VEHICLE_LOCATION_UPDATED as a row.
struct PositionRow: Sendable {
    let vehicle: String
    let time: EventTime
    let driver, load: String?
    let latitude, longitude: Double
    /// speed, heading, accuracy, altitude, fuel_level, odometer, engine_hours.
    let figures: [Double?]

    static let figureNames = ["speed", "heading", "accuracy", "altitude", "fuel_level", "odometer", "engine_hours"]
}

/// Reads positions, each in one pass over its text.
struct PositionDecoder: RecordDecoder {
    private let parser = JSONParser()
    private let projection = JSONProjection(
        paths: [["event_type"], ["timestamp"]]
            + (["vehicle_id", "driver_id", "load_id"] + PositionRow.figureNames).map { ["data", $0] }
            + [["data", "location", "latitude"], ["data", "location", "longitude"]])

    mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> PositionRow? {
        try unsafe batch.withValue(index) { value throws(DecodeFailure) -> PositionRow? in
            guard let value = unsafe value else { return nil }
            return try unsafe parser.project(projection, value) { fields throws(DecodeFailure) -> PositionRow? in
                guard fields.string(0) == EventType.vehicleLocationUpdated.rawValue else { return nil }
                guard let time = fields.string(1).flatMap({ EventTime(rfc3339: $0) }), let vehicle = fields.string(2),
                    let latitude = fields.number(12), let longitude = fields.number(13)
                else { throw DecodeFailure("a position that lacks timestamp, vehicle_id or location") }
                return PositionRow(
                    vehicle: vehicle, time: time, driver: fields.string(3), load: fields.string(4), latitude: latitude,
                    longitude: longitude, figures: (5..<12).map { fields.number($0) })
            }
        }
    }
}

/// An event as a row.
struct EventRow: Sendable {
    let id: String
    let type: String
    let entityType: String
    let entityID: String
    let time: EventTime
    let severity, source, correlationID: String?
    /// What it says, as JSON text.
    let data: String
}

/// Reads envelopes; what an event says is the database's to read.
struct EventDecoder: RecordDecoder {
    private let parser = JSONParser()
    private let projection = JSONProjection(
        "event_id", "event_type", "entity_type", "entity_id", "timestamp", "severity", "source", "correlation_id", "data")

    mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> EventRow? {
        try unsafe batch.withValue(index) { value throws(DecodeFailure) -> EventRow? in
            guard let value = unsafe value else { return nil }
            return try unsafe parser.project(projection, value) { fields throws(DecodeFailure) -> EventRow? in
                guard let id = fields.string(0), let type = fields.string(1), let entity = fields.string(3),
                    let time = fields.string(4).flatMap({ EventTime(rfc3339: $0) })
                else { throw DecodeFailure("an event that lacks event_id, event_type, entity_id or timestamp") }
                return EventRow(
                    id: id, type: type, entityType: fields.string(2) ?? "", entityID: entity, time: time, severity: fields.string(5),
                    source: fields.string(6), correlationID: fields.string(7),
                    data: unsafe fields.withText(8) { unsafe String(decoding: $0, as: UTF8.self) } ?? "{}")
            }
        }
    }
}
