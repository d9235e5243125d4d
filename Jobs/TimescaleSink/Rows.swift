internal import Freight
internal import StreamCore
internal import Wire

/// Where a vehicle was: VEHICLE_LOCATION_UPDATED as a row.
struct PositionRow: Sendable {
    let vehicle: EntityID
    let fix: VehicleFix

    init(_ vehicle: EntityID, _ fix: VehicleFix) {
        self.vehicle = vehicle
        self.fix = fix
    }

    /// What is measured, by the column that it is in.
    static let figures: [(column: String, of: @Sendable (VehicleFix) -> Double?)] = [
        ("latitude", \.location.latitude), ("longitude", \.location.longitude), ("speed", \.speed), ("heading", \.heading),
        ("accuracy", \.accuracy), ("altitude", \.altitude), ("fuel_level", \.fuelLevel), ("odometer", \.odometer),
        ("engine_hours", \.engineHours),
    ]
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
