internal import Freight
internal import StreamCore
internal import Wire

/// What a record says of a driver: whom the driver works for, or that a violation stands or does not.
struct DriverNote: Hashable, Sendable, Storable {
    let driver: EntityID
    let content: Content

    enum Content: Hashable, Sendable {
        /// The carrier; nil for a driver who is gone.
        case works(EntityID?)
        /// The violation of that id, which began then.
        case violation(EntityID, at: EventTime, stands: Bool)

        /// Of one instant, whom the driver works for is known first.
        var rank: Int {
            switch self {
            case .works: 0
            case .violation: 1
            }
        }
    }

    init(_ driver: EntityID, _ content: Content) {
        self.driver = driver
        self.content = content
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        driver = try EntityID(from: &reader, version: version)
        switch try reader.byte() {
        case 0: content = .works(try EntityID?(from: &reader, version: version))
        case 1:
            content = .violation(
                try EntityID(from: &reader, version: version), at: try EventTime(from: &reader, version: version),
                stands: try Bool(from: &reader, version: version))
        case let kind: throw DecodeFailure("a driver's note of kind \(kind); this program reads 0 and 1")
        }
    }

    func store(into writer: inout ByteWriter) {
        driver.store(into: &writer)
        switch content {
        case .works(let carrier):
            writer.byte(0)
            carrier.store(into: &writer)
        case .violation(let id, let at, let stands):
            writer.byte(1)
            id.store(into: &writer)
            at.store(into: &writer)
            stands.store(into: &writer)
        }
    }

    var json: JSON { .object(["driver_id": driver.json]) }
}

/// Reads DRIVER_HOS_VIOLATION; any other event of a driver says that time passes, and nothing else.
struct ViolationDecoder: RecordDecoder {
    private let parser = JSONParser()
    private let projection = JSONProjection("event_type", "entity_id", "data.violation_id", "data.started_at", "data.state")

    mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> DriverNote?? {
        try unsafe batch.withValue(index) { value throws(DecodeFailure) -> DriverNote?? in
            guard let value = unsafe value else { return nil }
            return try unsafe parser.project(projection, value) { fields throws(DecodeFailure) -> DriverNote?? in
                guard try fields.isEvent(.driverHOSViolation) else { return .some(nil) }
                guard let driver = fields.id(1), let violation = fields.id(2), let at = fields.instant(3), let state = fields.string(4)
                else {
                    throw DecodeFailure("a DRIVER_HOS_VIOLATION without entity_id, violation_id, started_at or state")
                }
                return DriverNote(driver, .violation(violation, at: at, stands: state.uppercased() != "RETRACTED"))
            }
        }
    }
}

/// Reads snapshots of drivers for whom they work; a tombstone is a driver who is gone.
struct EmploymentDecoder: RecordDecoder {
    private let parser = JSONParser()
    private let projection = JSONProjection("id", "carrier_id")

    mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> DriverNote? {
        let note = try unsafe batch.withValue(index) { value throws(DecodeFailure) -> DriverNote? in
            guard let value = unsafe value else { return nil }
            return try unsafe parser.project(projection, value) { fields throws(DecodeFailure) -> DriverNote in
                guard let driver = fields.id(0) else { throw DecodeFailure("a driver without an id") }
                return DriverNote(driver, .works(fields.id(1)))
            }
        }
        return note ?? batch.record(index).key.map { DriverNote(EntityID(String(decoding: $0, as: UTF8.self)), .works(nil)) }
    }
}
