public import Dataflow
internal import Freight
internal import KeyedState
internal import StreamCore
internal import Wire

/// Owns API keys: makes, changes and revokes them as commands ask.
///
/// A key's text is made where it is asked for and shown there once; what comes here, and what the compacted outlet `keys` holds, is its
/// digest. Every process follows that topic, so a revocation is known everywhere as soon as it is committed. Row, audit record and answer
/// of a command leave in one epoch.
public struct AccessKeys: Job {
    public static let name = "access-keys"
    public static let summary = "owns API keys: makes, changes and revokes them"

    static let commands = Inlet<Command>("commands")
    static let keys = Outlet<KeyRow>("keys")
    static let audit = Outlet<AuditEntry>("audit")
    static let replies = Outlet<Reply>("replies")

    private let answersKept: EventTime.Span

    public init(settings: inout SettingsReader) throws(SettingsFailure) {
        answersKept = .init(settings.duration("answers-kept", default: .seconds(86_400), atLeast: .seconds(1)))
        try settings.finish()
    }

    public func declare(in flow: Flow) {
        let answersKept = answersKept
        let decided = flow.from(Self.commands, decoding: { CommandDecoder() }, timedBy: \.time)
            .keyed("owners", by: "entity_id") { $0.entityID }
            .processed("decided") { KeyOwner(answersKept: answersKept, in: $0.state) }
        decided.flatMapped("rows") { decision throws(StageFailure) in decision.rows }.into(Self.keys, encoding: { KeyRowEncoder() })
        decided.flatMapped("changes") { decision throws(StageFailure) in decision.audits }
            .into(Self.audit, encoding: { AuditEntryEncoder() })
        decided.flatMapped("answers") { decision throws(StageFailure) in decision.replies }.into(Self.replies, encoding: { ReplyEncoder() })
    }
}

/// What follows from a command.
enum KeyDecision: Sendable {
    case row(KeyRow)
    case audit(AuditEntry)
    case reply(Reply)

    var rows: [KeyRow] { if case .row(let row) = self { [row] } else { [] } }
    var audits: [AuditEntry] { if case .audit(let entry) = self { [entry] } else { [] } }
    var replies: [Reply] { if case .reply(let reply) = self { [reply] } else { [] } }
}
