internal import Dataflow
internal import Freight
internal import KeyedState
internal import StreamCore
internal import Wire

/// Publishes what the commands of one task ask for, one after the other.
struct Publisher: KeyedProcess {
    /// Answers by command, for those that come again.
    private let answers: ValueState<EntityID, KeptOutcome>

    init(answersKept: EventTime.Span, in scope: StateScope) {
        answers = scope.value("answers", ttl: answersKept)
    }

    mutating func process(
        _ command: Command, of id: EntityID, at time: EventTime, into out: inout Output<PublishDecision>
    ) throws(StageFailure) {
        if let kept = try answers.value(for: command.id) {
            if let reply = kept.reply(to: command) { out.emit(.reply(reply), at: time) }
            return
        }
        let outcome: Reply.Outcome
        do throws(Refusal) {
            guard command.type == .publish else { throw .unsupported(command) }
            let publication = try Publication(command)
            out.emit(.publication(publication), at: publication.envelope.timestamp)
            out.emit(.audit(publication.audit(of: command)), at: time)
            outcome = Reply.Outcome(
                status: 202, entityType: .event, entityID: command.entityID,
                entity: RawJSON.object { json in
                    json.field("event_id", publication.envelope.eventID)
                    json.field("topic", publication.envelope.type.topic)
                })
        } catch {
            outcome = command.refused(error)
        }
        try answers.set(KeptOutcome(outcome, of: command), for: command.id)
        if let reply = outcome.reply(to: command) { out.emit(.reply(reply), at: time) }
    }
}
