internal import Freight
internal import StreamCore
internal import Wire

/// How a webhook's deliveries have gone so far.
struct Ledger: Storable, Hashable {
    /// Events in its queues.
    var waiting = 0
    /// Events delivered.
    var delivered = 0
    /// Events given up.
    var failed = 0
    /// Since when nothing but failures; nil while it goes well.
    var failingSince: EventTime?
    var deliveredAt: EventTime?
    var failedAt: EventTime?
    /// Why the last attempt that failed did.
    var error: String?
    /// Why the job disabled it.
    var disabled: String?
    /// Which given-up events can be replayed, by number.
    var oldest = 0
    var newest = 0
    /// Whether the figures are to be shown soon.
    var isShowDue = false

    init() {}

    /// What a webhook shows of it.
    var document: Document {
        Document(
            .object([
                "waiting": waiting.json, "delivered": delivered.json, "failed": failed.json, "replayable": (newest - oldest).json,
                "last_delivered_at": deliveredAt?.json ?? .null, "last_failed_at": failedAt?.json ?? .null,
                "failing_since": failingSince?.json ?? .null, "last_error": error.map { .string($0) } ?? .null,
                "disabled_reason": disabled.map { .string($0) } ?? .null,
            ]))
    }

    /// Where the given-up event of that number is kept.
    static func place(_ webhook: EntityID, _ number: Int) -> EntityID { EntityID("\(webhook) \(number)") }

    func store(into writer: inout ByteWriter) {
        for number in [waiting, delivered, failed, oldest, newest] { writer.signed(Int64(number)) }
        failingSince.store(into: &writer)
        deliveredAt.store(into: &writer)
        failedAt.store(into: &writer)
        error.store(into: &writer)
        disabled.store(into: &writer)
        isShowDue.store(into: &writer)
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        waiting = Int(try reader.signed())
        delivered = Int(try reader.signed())
        failed = Int(try reader.signed())
        oldest = Int(try reader.signed())
        newest = Int(try reader.signed())
        failingSince = try EventTime?(from: &reader, version: version)
        deliveredAt = try EventTime?(from: &reader, version: version)
        failedAt = try EventTime?(from: &reader, version: version)
        error = try String?(from: &reader, version: version)
        disabled = try String?(from: &reader, version: version)
        isShowDue = try Bool(from: &reader, version: version)
    }

    var json: JSON { document.json }
}
