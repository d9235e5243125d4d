internal import Freight
internal import StreamCore
internal import Wire

/// What one owner says to another: a record of the internal topic that is an outlet and an inlet of the job, keyed by the receiver.
///
/// Messages from one owner to another arrive in the order in which they were sent. Each may come twice: receivers go by the saga and by
/// what they are, so the second one changes nothing and is answered again.
struct Message: Hashable, Sendable {
    let to: EntityID
    let toType: EntityType
    let from: EntityID
    let fromType: EntityType
    let step: Step
    /// The assignment that it belongs to, or the command that wants a grant.
    let saga: EntityID
    /// The command that it goes back to: what events that follow from it name as their cause.
    let cause: EntityID
    /// When that command was received, or when what it says happened.
    let time: EventTime
    let correlationID: String?
    let actor: String?
    let body: JSON

    init(
        _ step: Step, to: EntityID, _ toType: EntityType, from: EntityID, _ fromType: EntityType, saga: EntityID, cause: EntityID,
        time: EventTime, correlationID: String?, actor: String?, body: JSON = .object([])
    ) {
        self.to = to
        self.toType = toType
        self.from = from
        self.fromType = fromType
        self.step = step
        self.saga = saga
        self.cause = cause
        self.time = time
        self.correlationID = correlationID
        self.actor = actor
        self.body = body
    }

    /// What is said back to who said this.
    func answer(_ step: Step, _ body: JSON = .object([])) -> Message {
        Message(
            step, to: from, fromType, from: to, toType, saga: saga, cause: cause, time: time, correlationID: correlationID, actor: actor,
            body: body)
    }

    /// The occasion of events that follow from it.
    func occasion(at instant: EventTime? = nil) -> Occasion {
        Occasion(source: Occasion.here, time: instant ?? time, cause: cause, correlationID: correlationID, actor: actor)
    }
}

extension Occasion {
    /// Whom this job's events name as their source.
    static let here = "linehaul/status-transitions"
}
