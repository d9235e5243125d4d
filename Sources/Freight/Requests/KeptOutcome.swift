public import StreamCore

/// The answer to a command as the owner of a thing that stands alone keeps it, so that the same command gets the same answer again.
public struct KeptOutcome: Storable, Hashable {
    private let entityID: EntityID
    private let digest: String?
    private let outcome: Reply.Outcome

    /// What was decided about `command`.
    public init(_ outcome: Reply.Outcome, of command: Command) {
        (entityID, digest) = (command.entityID, command.digest)
        self.outcome = outcome
    }

    /// The answer to a command that came under the same id: the one kept, or that the id was used for another request.
    public func reply(to command: Command) -> Reply? {
        let isSame = entityID == command.entityID && digest == command.digest
        return (isSame ? outcome : command.refused(.keyReused)).reply(to: command, isRepeated: isSame)
    }

    public func store(into writer: inout ByteWriter) {
        entityID.store(into: &writer)
        digest.store(into: &writer)
        outcome.store(into: &writer)
    }

    public init(from reader: inout ByteReader, version: UInt8) throws(DecodeFailure) {
        entityID = try EntityID(from: &reader, version: version)
        digest = try String?(from: &reader, version: version)
        outcome = try Reply.Outcome(from: &reader, version: version)
    }

    public var json: JSON { .object(["entity_id": entityID.json, "digest": digest.map(JSON.string), "outcome": outcome.json]) }
}

extension Reply.Outcome {
    /// The answer to who waits for it; nil where nobody does.
    public func reply(to command: Command, isRepeated: Bool = false) -> Reply? {
        command.replyTo.map {
            Reply(commandID: command.id, replyTo: $0, correlationID: command.correlationID, outcome: self, isRepeated: isRepeated)
        }
    }
}

extension Command {
    /// The answer that it was refused.
    public func refused(_ refusal: Refusal) -> Reply.Outcome {
        Reply.Outcome(status: refusal.status, entityType: entityType, entityID: entityID, refusal: refusal)
    }
}

extension Refusal {
    /// 422: the key belongs to another request.
    public static var keyReused: Refusal {
        Refusal(
            422, "IDEMPOTENCY_KEY_REUSED",
            "this idempotency key was used for another method, path or body within the last day; use a new key for a new request")
    }
}
