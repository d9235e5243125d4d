internal import Freight
internal import StreamCore
internal import Wire

/// What an owner decides: everything that follows from one record leaves in one epoch, or nothing does. Indirect, because each of the many
/// branches behind the owners looks at each decision: one count to keep instead of one for each member.
indirect enum Decision: Sendable {
    /// Something happened.
    case event(BusinessEvent)
    /// Somebody changed something.
    case audit(AuditEntry)
    /// This is how a thing is now.
    case snapshot(Snapshot)
    /// This is the answer.
    case reply(Reply)
    /// This is for another owner.
    case message(Message)
    /// This was refused, and nobody waits for an answer.
    case refused(RefusedCommand)
    /// This is for the owner of a number.
    case number(NumberRequest)

    func event(for topic: String) -> [BusinessEvent] {
        if case .event(let event) = self, event.envelope.type.topic == topic { [event] } else { [] }
    }

    func snapshot(of type: EntityType) -> [Snapshot] {
        if case .snapshot(let snapshot) = self, snapshot.type == type { [snapshot] } else { [] }
    }

    var audits: [AuditEntry] { if case .audit(let entry) = self { [entry] } else { [] } }
    var replies: [Reply] { if case .reply(let reply) = self { [reply] } else { [] } }
    var messages: [Message] { if case .message(let message) = self { [message] } else { [] } }
    var refusals: [RefusedCommand] { if case .refused(let refused) = self { [refused] } else { [] } }
    var numbers: [NumberRequest] { if case .number(let request) = self { [request] } else { [] } }
}

/// A change that was made in the database and that its owner does not accept: its sender hears no answer, so it becomes a dead letter, and
/// the sink puts the row back.
struct RefusedCommand: Hashable, Sendable {
    let command: Command
    let refusal: Refusal

    /// What a dead letter says.
    var reason: String { "refused: \(refusal.code), \(refusal.message)" }
}

/// Writes refused commands as they came.
struct RefusedCommandEncoder: RecordEncoder {
    private let base = CommandEncoder()

    func key(of refused: RefusedCommand) -> [UInt8]? { base.key(of: refused.command) }

    func encode(_ refused: RefusedCommand, at time: EventTime, key: [UInt8]?, into batch: inout BatchBuilder) {
        base.encode(refused.command, at: time, key: key, into: &batch)
    }
}

/// How a thing is now, whole; or that it is no more.
struct Snapshot: Hashable, Sendable {
    let type: EntityType
    let id: EntityID
    /// The whole entity; nil once it has been deleted.
    let text: RawJSON?
    let version: Int
}

/// Writes snapshots under the id of what they show; a deleted thing's is a tombstone.
struct SnapshotEncoder: RecordEncoder {
    func key(of snapshot: Snapshot) -> [UInt8]? { snapshot.id.utf8 }

    func encode(_ snapshot: Snapshot, at time: EventTime, key: [UInt8]?, into batch: inout BatchBuilder) {
        batch.append(key: key, value: snapshot.text?.utf8, headers: [Header("version", "\(snapshot.version)")], time: time)
    }
}
