internal import Freight
internal import StreamCore

/// The queue of one webhook's events about one entity. Its head is on its way or rests; the others wait, so that order is kept.
struct Line: Storable, Hashable {
    let webhook: EntityID
    let entity: EntityID
    /// The place of the head, and that of the next event to come.
    var first = 0
    var next = 0
    /// How often the head has failed.
    var failures = 0
    /// Which request was made last; older ones' outcomes mean nothing any more. It begins with the clock, so that no request of a line that
    /// ended has the number of one of a line that came after it.
    var serial: Int
    /// Whether the head is on its way; else it rests.
    var isSent = false
    /// When the head's outcome is overdue, or its rest ends.
    var wake = EventTime.distantPast

    init(webhook: EntityID, entity: EntityID, now: EventTime) {
        self.webhook = webhook
        self.entity = entity
        serial = Int(now.microseconds)
    }

    static func id(_ webhook: EntityID, _ entity: EntityID) -> EntityID { EntityID("\(webhook) \(entity)") }

    var id: EntityID { Line.id(webhook, entity) }
    var count: Int { next - first }

    /// Where the event of that place is kept.
    func place(_ number: Int) -> EntityID { EntityID("\(webhook) \(entity) \(number)") }

    func store(into writer: inout ByteWriter) {
        webhook.store(into: &writer)
        entity.store(into: &writer)
        for number in [first, next, failures, serial] { writer.signed(Int64(number)) }
        isSent.store(into: &writer)
        wake.store(into: &writer)
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        webhook = try EntityID(from: &reader, version: version)
        entity = try EntityID(from: &reader, version: version)
        first = Int(try reader.signed())
        next = Int(try reader.signed())
        failures = Int(try reader.signed())
        serial = Int(try reader.signed())
        isSent = try Bool(from: &reader, version: version)
        wake = try EventTime(from: &reader, version: version)
    }

    var json: JSON {
        .object([
            "webhook_id": webhook.json, "entity_id": entity.json, "waiting": count.json, "failures": failures.json, "serial": serial.json,
            "state": .string(isSent ? "SENT" : "RESTING"), "until": wake.json,
        ])
    }
}
