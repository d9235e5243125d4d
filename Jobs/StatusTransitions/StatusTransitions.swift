public import Dataflow
internal import Freight
internal import KeyedState
internal import StreamCore

/// Owns the fleet: every load, vehicle, driver, carrier and route has one owner here, which alone says what becomes of it.
///
/// Commands come in. What follows from an accepted one leaves in one epoch: its events, one audit record, the thing's snapshot and the
/// answer. What spans several things (an assignment, a unique number) is agreed on in messages between their owners, which are records
/// themselves: the topic of `sagas` is an outlet and an inlet of the job. The rules are the contract's, sections 1, 2 and 4.
public struct StatusTransitions: Job {
    public static let name = "status-transitions"
    public static let summary = "owns loads, vehicles, drivers, carriers and routes: decides commands, assigns loads"

    static let commands = Inlet<Command>("commands")
    static let messages = Inlet<Message>("messages")
    static let hours = Inlet<HoursRow>("hours")
    static let sent = Outlet<Message>("sagas")
    static let replies = Outlet<Reply>("replies")
    static let audit = Outlet<AuditEntry>("audit")

    /// Which outlet takes the events that the contract puts on which topic.
    static let events = [
        ("loads", "tms.loads"), ("vehicles", "tms.vehicles"), ("tracking", "tms.vehicles.tracking"), ("drivers", "tms.drivers"),
        ("carriers", "tms.carriers"), ("routes", "tms.routes"),
    ]

    private let patience: Patience

    public init(settings: inout SettingsReader) throws(SettingsFailure) {
        patience = Patience(
            answersKept: .init(settings.duration("answers-kept", default: .seconds(86_400), atLeast: .seconds(1))),
            askAfter: .init(settings.duration("ask-after", default: .seconds(30), atLeast: .milliseconds(1))),
            assignWithin: .init(settings.duration("assign-within", default: .seconds(20), atLeast: .milliseconds(1))),
            answerWithin: .init(settings.duration("answer-within", default: .seconds(5), atLeast: .milliseconds(1))))
        try settings.finish()
    }

    public func declare(in flow: Flow) {
        let patience = patience
        let commands = flow.from(Self.commands, decoding: { CommandDecoder() }, timedBy: \.time)
            .mapped("requests") { command throws(StageFailure) in Mail.command(command) }
            .keyed("owners", by: "entity_id") { $0.receiver }
        let messages = flow.from(Self.messages, decoding: { MessageDecoder() })
            .mapped("notes") { message throws(StageFailure) in Mail.message(message) }
            .keyed("receivers", by: "entity_id") { $0.receiver }
        let hours = flow.from(Self.hours, decoding: { HoursRowDecoder() })
            .mapped("clocks") { row throws(StageFailure) in Mail.hours(row) }
            .keyed("drivers", by: "driver_id") { $0.receiver }

        let decided = commands.merged("with-messages", with: messages).merged("with-hours", with: hours)
            .processed("decided") { Owners(patience, in: $0.state) }

        for (outlet, topic) in Self.events {
            decided.flatMapped("\(outlet)-events") { decision throws(StageFailure) in decision.event(for: topic) }
                .into(Outlet(outlet), encoding: { BusinessEventEncoder() })
        }
        for type in EntityType.owned {
            decided.flatMapped("\(type.plural)-now") { decision throws(StageFailure) in decision.snapshot(of: type) }
                .into(Outlet("entities-\(type.plural)"), encoding: { SnapshotEncoder() })
        }
        decided.flatMapped("changes") { decision throws(StageFailure) in decision.audits }.into(
            Self.audit, encoding: { AuditEntryEncoder() })
        decided.flatMapped("answers") { decision throws(StageFailure) in decision.replies }.into(Self.replies, encoding: { ReplyEncoder() })
        decided.flatMapped("said") { decision throws(StageFailure) in decision.messages }.into(Self.sent, encoding: { MessageEncoder() })

        decided.flatMapped("refusals") { decision throws(StageFailure) in decision.refusals }
            .buried(asOf: Self.commands, by: Self.name, encoding: { RefusedCommandEncoder() }, because: \.reason)

        decided.flatMapped("number-requests") { decision throws(StageFailure) in decision.numbers }
            .keyed("numbers", by: "number") { $0.owner }
            .processed("granted") { NumberOwner(in: $0.state) }
            .into(Self.sent, encoding: { MessageEncoder() })
    }
}
