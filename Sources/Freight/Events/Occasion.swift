public import StreamCore

/// What brings an event about: which command, when, on whose behalf. Events of one occasion share it and differ in their ids.
public struct Occasion: Hashable, Sendable {
    /// The job that says so, as `linehaul/<job>`.
    public var source: String
    /// When it happened.
    public var time: EventTime
    /// What caused it: a command's id, or the id of what led to it. With type and entity it gives an event its id, so an event made
    /// again after a crash is the same one.
    public var cause: EntityID
    /// The request that it goes back to.
    public var correlationID: String?
    /// Who did it.
    public var actor: String?

    /// An occasion of those parts.
    public init(source: String, time: EventTime, cause: EntityID, correlationID: String? = nil, actor: String? = nil) {
        self.source = source
        self.time = time
        self.cause = cause
        self.correlationID = correlationID
        self.actor = actor
    }

    /// The envelope of an event of `type` about one thing. `step` tells apart events of one type that one cause has about one thing.
    public func envelope(
        _ type: EventType, _ entityType: EntityType, _ id: EntityID, severity: Severity = .info, step: String = ""
    ) -> EventEnvelope {
        var entropy = cause.utf8
        entropy.append(0)
        entropy += Array(type.rawValue.utf8) + [0] + id.utf8 + [0] + Array(step.utf8)
        return EventEnvelope(
            eventID: .version7(at: time, Entropy(of: entropy)), type: type, timestamp: time, source: source, correlationID: correlationID,
            causationID: cause.description, entityType: entityType, entityID: id, severity: severity, actor: actor)
    }
}
