internal import Freight
internal import StreamCore

/// What was answered to a command, or that it is in progress, and who waits.
struct KeptAnswer: Storable, Hashable {
    /// Who waits for an answer, and under which correlation id.
    struct Waiter: Storable, Hashable {
        let replyTo: String
        let correlationID: String?

        init(replyTo: String, correlationID: String?) {
            self.replyTo = replyTo
            self.correlationID = correlationID
        }

        func store(into writer: inout ByteWriter) {
            writer.text(replyTo)
            correlationID.store(into: &writer)
        }

        init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
            replyTo = try reader.text()
            correlationID = try String?(from: &reader, version: version)
        }

        var json: JSON { .object(["reply_to": .string(replyTo), "correlation_id": correlationID.map(JSON.string)]) }
    }

    let entityID: EntityID
    let digest: String?
    let time: EventTime
    /// What was decided; nil while it is in progress.
    var outcome: Reply.Outcome?
    /// Who has yet to do what follows from it; the answer waits for them.
    var awaited: [EntityID] = []
    /// Who gets the answer.
    var waiters: [Waiter]

    init(_ command: Command) {
        entityID = command.entityID
        digest = command.digest
        time = command.time
        waiters = KeptAnswer.waiter(of: command).map { [$0] } ?? []
    }

    static func waiter(of command: Command) -> Waiter? {
        command.replyTo.map { Waiter(replyTo: $0, correlationID: command.correlationID) }
    }

    /// Whether it has been answered.
    var isAnswered: Bool { outcome != nil && awaited.isEmpty }

    /// Whether `command` is the request that this is the answer to.
    func answers(_ command: Command) -> Bool { entityID == command.entityID && digest == command.digest }

    func store(into writer: inout ByteWriter) {
        entityID.store(into: &writer)
        digest.store(into: &writer)
        writer.word(time.microseconds)
        outcome.store(into: &writer)
        awaited.store(into: &writer)
        waiters.store(into: &writer)
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        entityID = try EntityID(from: &reader, version: version)
        digest = try String?(from: &reader, version: version)
        time = EventTime(microseconds: try reader.word())
        outcome = try Reply.Outcome?(from: &reader, version: version)
        awaited = try [EntityID](from: &reader, version: version)
        waiters = try [Waiter](from: &reader, version: version)
    }

    var json: JSON {
        .object([
            "entity_id": entityID.json, "digest": digest.map(JSON.string), "at": time.json, "outcome": outcome?.json,
            "awaited": awaited.json,
            "waiters": waiters.json,
        ])
    }
}

/// Which request an idempotency key was used for.
struct KeyUse: Storable, Hashable {
    let entityID: EntityID
    let digest: String?

    init(entityID: EntityID, digest: String?) {
        self.entityID = entityID
        self.digest = digest
    }

    func store(into writer: inout ByteWriter) {
        entityID.store(into: &writer)
        digest.store(into: &writer)
    }

    init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        entityID = try EntityID(from: &reader, version: version)
        digest = try String?(from: &reader, version: version)
    }

    var json: JSON { .object(["entity_id": entityID.json, "digest": digest.map(JSON.string)]) }
}
