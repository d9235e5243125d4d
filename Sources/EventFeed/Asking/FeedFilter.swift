public import Geodesy

/// Which events a client wants: all that pass every part; a part that is empty lets everything pass.
public struct FeedFilter: Hashable, Sendable {
    /// What happened.
    public let eventTypes: Set<String>
    /// What kind of thing it happened to.
    public let entityTypes: Set<String>
    /// Which things.
    public let entityIDs: Set<String>
    /// Where: an event passes when one of its places lies in the circle, and one without a place does not.
    public let near: GeoCircle?
    /// Whose events they may be.
    public let scope: FeedScope
    /// The topics in which such events can be: those asked for, as far as they carry one of the types asked for.
    public let topics: TopicSet

    /// A filter of those parts; all empty means everything.
    public init(
        eventTypes: Set<String> = [], entityTypes: Set<String> = [], entityIDs: Set<String> = [], topics names: Set<String> = [],
        near: GeoCircle? = nil, within scope: FeedScope = .everything, in catalog: FeedCatalog
    ) {
        self.eventTypes = eventTypes
        self.entityTypes = entityTypes
        self.entityIDs = entityIDs
        self.near = near
        self.scope = scope
        var topics = names.isEmpty ? TopicSet.all(of: catalog) : TopicSet(names.compactMap(catalog.index))
        if !eventTypes.isEmpty {
            var carriers = TopicSet([])
            for type in eventTypes { carriers.formUnion(catalog.carriers(of: type)) }
            topics.formIntersection(carriers)
        }
        self.topics = topics
    }

    /// Whether an event passes.
    public func passes(_ event: FeedEvent) -> Bool {
        topics.contains(event.at.topic)
            && (eventTypes.isEmpty || eventTypes.contains(event.eventType))
            && (entityTypes.isEmpty || entityTypes.contains(event.entityType))
            && (entityIDs.isEmpty || entityIDs.contains(event.entityID))
            && scope.holds(event)
            && (near.map { circle in event.places.contains { circle.contains($0) } } ?? true)
    }
}
