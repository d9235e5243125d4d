internal import Dataflow
internal import Freight
internal import KeyedState
internal import StreamCore
internal import Wire

/// What a webhook wants: read from the rows that the job itself writes.
struct Registration: Sendable, Hashable {
    let id: EntityID
    /// Nil once the webhook is gone or disabled.
    let wish: Wish?

    struct Wish: Sendable, Hashable {
        /// None: all of them.
        let types: Set<EventType>
        let carrierID: EntityID?

        /// Whether it wants an event that is `carrier`'s; nil where it is nobody's.
        func wants(_ event: PublicEvent, of carrier: EntityID?) -> Bool {
            guard types.isEmpty || types.contains(event.type) else { return false }
            return carrierID == nil || carrierID == carrier || carrierID == event.entityID
        }
    }
}

/// Reads rows of webhooks by their key; a tombstone takes the webhook away.
struct RegistrationDecoder: RecordDecoder {
    private let parser = JSONParser()

    mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> Registration? {
        let id = unsafe batch.withKey(index) { key in unsafe key.map { unsafe EntityID(utf8: $0) } }
        guard let id else { throw DecodeFailure("a row of a webhook without a key, which names it") }
        let row = try unsafe batch.withValue(index) { value throws(DecodeFailure) -> JSON? in
            guard let value = unsafe value else { return nil }
            return try unsafe parser.tree(value)
        }
        guard let row, row["enabled"]?.bool == true else { return Registration(id: id, wish: nil) }
        let types = (row["event_types"]?.array ?? []).compactMap { $0.string.flatMap { EventType(rawValue: $0) } }
        return Registration(
            id: id, wish: Registration.Wish(types: Set(types), carrierID: row["carrier_id"]?.string.map { EntityID($0) }))
    }
}

/// Finds out whom an event is owed to.
///
/// An event that names no carrier, as a position, is its vehicle's, driver's or route's carrier's, as their snapshots say.
struct Addressing: BroadcastProcess {
    private var wishes: [EntityID: Registration.Wish] = [:]
    private let carriers: ValueState<EntityID, EntityID>

    init(in scope: StateScope) { carriers = scope.value("carriers") }

    mutating func broadcast(_ registration: Registration, at time: EventTime) throws(StageFailure) {
        wishes[registration.id] = registration.wish
    }

    mutating func process(
        _ occurrence: Occurrence, of entity: EntityID, at time: EventTime, into out: inout Output<WebhookMail>
    ) throws(StageFailure) {
        switch occurrence {
        case .belonging(_, let carrier):
            if try carriers.value(for: entity) != carrier { try carriers.set(carrier, for: entity) }
        case .event(let event):
            if wishes.isEmpty { return }
            var carrier = event.carrierID
            if carrier == nil { carrier = try carriers.value(for: entity) }
            for (webhook, wish) in wishes where wish.wants(event, of: carrier) { out.emit(.event(event, for: webhook), at: time) }
        }
    }
}

/// What comes to the owner of a webhook: a command, an event that it is owed, or how an attempt ended.
indirect enum WebhookMail: Storable {
    case command(Command)
    case event(PublicEvent, for: EntityID)
    case outcome(Outcome)

    /// Which webhook it is about.
    var receiver: EntityID {
        switch self {
        case .command(let command): command.entityID
        case .event(_, let webhook): webhook
        case .outcome(let outcome): outcome.webhook
        }
    }

    func store(into writer: inout ByteWriter) {
        switch self {
        case .command(let command):
            writer.byte(0)
            command.store(into: &writer)
        case .event(let event, let webhook):
            writer.byte(1)
            event.store(into: &writer)
            webhook.store(into: &writer)
        case .outcome(let outcome):
            writer.byte(2)
            writer.blob(outcome.json.compact)
        }
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        switch try reader.byte() {
        case 0: self = .command(try Command(from: &reader, version: version))
        case 1:
            let event = try PublicEvent(from: &reader, version: version)
            self = .event(event, for: try EntityID(from: &reader, version: version))
        case 2: self = .outcome(try Outcome(try JSON(parsing: try reader.blob())))
        case let form: throw DecodeFailure("mail of form \(form); this program reads 0, 1 and 2")
        }
    }

    var json: JSON {
        switch self {
        case .command(let command): command.json
        case .event(let event, let webhook): .object(["webhook_id": webhook.json, "event": event.json])
        case .outcome(let outcome): outcome.json
        }
    }
}
