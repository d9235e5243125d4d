internal import Freight
internal import StreamCore

/// What an owner says to a command.
enum Verdict {
    /// It is done. Those in `awaiting` have yet to follow; the answer waits for them.
    case done(Reply.Outcome, awaiting: [EntityID] = [])
    /// It cannot be.
    case refused(Refusal)
    /// It can be judged once these are granted.
    case needs([Grant])
    /// Others have been asked; the answer follows from theirs.
    case waits
}

extension Command {
    /// The occasion of events that follow from it: now, or when the request says that it happened.
    func occasion(at instant: EventTime? = nil) -> Occasion {
        Occasion(source: Occasion.here, time: instant ?? time, cause: id, correlationID: correlationID, actor: principal.userID)
    }

    /// A message of what the command is about to another.
    func message(_ step: Step, to: EntityID, _ type: EntityType, saga: EntityID, at instant: EventTime? = nil, _ body: JSON = .object([]))
        -> Message
    {
        Message(
            step, to: to, type, from: entityID, entityType, saga: saga, cause: id, time: instant ?? time, correlationID: correlationID,
            actor: principal.userID, body: body)
    }
}
