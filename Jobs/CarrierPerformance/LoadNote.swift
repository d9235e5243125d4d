internal import Freight
internal import StreamCore
internal import Wire

/// What an event says of a load that counts for somebody: how it was delivered, or, without that, that its vehicle left its way.
typealias LoadNote = Note<Delivery>

/// Who delivered a load, and when.
struct Delivery: Hashable, Sendable, Storable {
    let carrier: EntityID?
    let driver: EntityID?
    let at: EventTime
    let isOnTime: Bool

    init(by carrier: EntityID?, _ driver: EntityID?, at: EventTime, isOnTime: Bool) {
        self.carrier = carrier
        self.driver = driver
        self.at = at
        self.isOnTime = isOnTime
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        carrier = try EntityID?(from: &reader, version: version)
        driver = try EntityID?(from: &reader, version: version)
        at = try EventTime(from: &reader, version: version)
        isOnTime = try Bool(from: &reader, version: version)
    }

    func store(into writer: inout ByteWriter) {
        carrier.store(into: &writer)
        driver.store(into: &writer)
        at.store(into: &writer)
        isOnTime.store(into: &writer)
    }

    var json: JSON { .object(["at": at.json, "on_time": isOnTime.json]) }

    /// Whom it counts for.
    func counts(_ change: Counts) -> [Count] {
        [carrier.map { Count(of: $0, .carrier, at: at, change) }, driver.map { Count(of: $0, .driver, at: at, change) }].compactMap(
            \.self)
    }
}

/// Reads LOAD_DELIVERED; any other event of a load says that time passes, and nothing else.
struct DeliveryDecoder: RecordDecoder {
    private let parser = JSONParser()
    private let projection = JSONProjection(
        "event_type", "entity_id", "timestamp", "data.carrier_id", "data.driver_id", "data.delivered_at", "data.delivery_datetime")

    mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> LoadNote?? {
        try unsafe batch.withValue(index) { value throws(DecodeFailure) -> LoadNote?? in
            guard let value = unsafe value else { return nil }
            return try unsafe parser.project(projection, value) { fields throws(DecodeFailure) -> LoadNote?? in
                guard try fields.isEvent(.loadDelivered) else { return .some(nil) }
                guard let load = fields.id(1), let at = fields.instant(5) ?? fields.instant(2) else {
                    throw DecodeFailure("a LOAD_DELIVERED without entity_id or instant")
                }
                let delivery = Delivery(
                    by: fields.id(3), fields.id(4), at: at, isOnTime: fields.instant(6).map { at <= $0 } ?? true)
                return LoadNote(load, delivery)
            }
        }
    }
}

/// Reads the start of ROUTE_DEVIATION; any other event of a route says that time passes.
struct DeviationDecoder: RecordDecoder {
    private let parser = JSONParser()
    private let projection = JSONProjection("event_type", "data.state", "data.load_id")

    mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> LoadNote?? {
        try unsafe batch.withValue(index) { value throws(DecodeFailure) -> LoadNote?? in
            guard let value = unsafe value else { return nil }
            return try unsafe parser.project(projection, value) { fields throws(DecodeFailure) -> LoadNote?? in
                guard try fields.isEvent(.routeDeviation), fields.string(1)?.uppercased() == "STARTED",
                    let load = fields.id(2)
                else { return .some(nil) }
                return LoadNote(load, nil)
            }
        }
    }
}
