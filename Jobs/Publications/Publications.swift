public import Dataflow
internal import Freight
internal import KeyedState
internal import StreamCore
internal import Wire

/// Commits the events that somebody outside publishes, each once, with its audit record and its answer in one epoch.
///
/// A command that comes again within a day, under its idempotency key or because nobody knew whether it had been taken, gets the answer
/// that it got first. Where the event lies the owner cannot say: that is known once it is committed, to whoever follows the topic.
public struct Publications: Job {
    public static let name = "publications"
    public static let summary = "commits events that are published from outside, each once"

    static let commands = Inlet<Command>("commands")
    static let audit = Outlet<AuditEntry>("audit")
    static let replies = Outlet<Reply>("replies")
    /// The public topics, as outlets.
    static let events = [
        ("loads", "tms.loads"), ("vehicles", "tms.vehicles"), ("tracking", "tms.vehicles.tracking"), ("drivers", "tms.drivers"),
        ("routes", "tms.routes"), ("carriers", "tms.carriers"), ("alerts", "tms.system.alerts"), ("predictions", "tms.ai.predictions"),
        ("anomalies", "tms.anomalies"),
    ]

    private let answersKept: EventTime.Span

    public init(settings: inout SettingsReader) throws(SettingsFailure) {
        answersKept = .init(settings.duration("answers-kept", default: .seconds(86_400), atLeast: .seconds(1)))
        try settings.finish()
    }

    public func declare(in flow: Flow) {
        let answersKept = answersKept
        let decided = flow.from(Self.commands, decoding: { CommandDecoder() }, timedBy: \.time)
            .keyed("publishers", by: "entity_id") { $0.entityID }
            .processed("decided") { Publisher(answersKept: answersKept, in: $0.state) }
        for (name, topic) in Self.events {
            decided.flatMapped("to-\(name)") { decision throws(StageFailure) in decision.publications(on: topic) }
                .into(Outlet<Publication>(name), encoding: { PublicationEncoder() })
        }
        decided.flatMapped("changes") { decision throws(StageFailure) in decision.audits }
            .into(Self.audit, encoding: { AuditEntryEncoder() })
        decided.flatMapped("answers") { decision throws(StageFailure) in decision.replies }.into(Self.replies, encoding: { ReplyEncoder() })
    }
}

/// What follows from a command.
enum PublishDecision: Sendable {
    case publication(Publication)
    case audit(AuditEntry)
    case reply(Reply)

    func publications(on topic: String) -> [Publication] {
        if case .publication(let publication) = self, publication.envelope.type.topic == topic { [publication] } else { [] }
    }
    var audits: [AuditEntry] { if case .audit(let entry) = self { [entry] } else { [] } }
    var replies: [Reply] { if case .reply(let reply) = self { [reply] } else { [] } }
}
