internal import Geodesy

/// Who wants which events, found without asking everybody: subscribers with equal filters are one group, and a group is found through what
/// its filter asks for most narrowly. An event costs what the groups cost that it may concern.
public struct SubscriptionIndex<Subscriber: Hashable & Sendable>: Sendable {
    /// Subscribers that want the same events in the same form.
    public struct Group: Sendable {
        /// Which events.
        public let audience: FeedAudience
        /// Who.
        public fileprivate(set) var members: Set<Subscriber>
    }

    /// Through which part of its filter a group is found.
    private enum Way {
        case entities(Set<String>)
        case place(GeoCircle)
        case types(Set<String>)
        case kinds(Set<String>)
        case topics([Int])
    }

    private var groups: [Int: Group] = [:]
    private var numbers: [FeedAudience: Int] = [:]
    private var next = 0
    private var byEntity: [String: Set<Int>] = [:]
    private var byType: [String: Set<Int>] = [:]
    private var byKind: [String: Set<Int>] = [:]
    private var byTopic: [Int: Set<Int>] = [:]
    private var circles = CircleIndex<Int>()

    /// Circles wider than this would take too many of the circle index's cells.
    private static var widestIndexed: Double { 50 * Earth.metersPerMile }

    /// An index of nobody.
    public init() {}

    /// Adds a subscriber to those who want that.
    public mutating func add(_ subscriber: Subscriber, to audience: FeedAudience) {
        if let number = numbers[audience] {
            groups[number]?.members.insert(subscriber)
            return
        }
        let number = next
        next += 1
        numbers[audience] = number
        groups[number] = Group(audience: audience, members: [subscriber])
        place(number, audience.filter, isThere: true)
    }

    /// Takes a subscriber out of those who want that.
    public mutating func remove(_ subscriber: Subscriber, from audience: FeedAudience) {
        guard let number = numbers[audience] else { return }
        groups[number]?.members.remove(subscriber)
        guard groups[number]?.members.isEmpty == true else { return }
        groups[number] = nil
        numbers[audience] = nil
        place(number, audience.filter, isThere: false)
    }

    /// The groups that want an event.
    public func groups(wanting event: FeedEvent) -> [Group] {
        // A group is in one place only, and each part of an event leads to different ones; two places of an event may lead to one circle.
        var candidates = byEntity[event.entityID] ?? []
        candidates.formUnion(byType[event.eventType] ?? [])
        candidates.formUnion(byKind[event.entityType] ?? [])
        candidates.formUnion(byTopic[event.at.topic] ?? [])
        for place in event.places { candidates.formUnion(circles.names(holding: place)) }
        return candidates.compactMap { number in
            guard let group = groups[number], group.audience.filter.passes(event) else { return nil }
            return group
        }
    }

    private static func way(to filter: FeedFilter) -> Way {
        if !filter.entityIDs.isEmpty { return .entities(filter.entityIDs) }
        if let circle = filter.near, circle.radiusMeters <= widestIndexed { return .place(circle) }
        if !filter.eventTypes.isEmpty { return .types(filter.eventTypes) }
        if !filter.entityTypes.isEmpty { return .kinds(filter.entityTypes) }
        return .topics(filter.topics.indices)
    }

    private mutating func place(_ number: Int, _ filter: FeedFilter, isThere: Bool) {
        switch Self.way(to: filter) {
        case .entities(let ids): Self.set(number, isThere, in: &byEntity, ids)
        case .place(let circle): circles.set(isThere ? circle : nil, for: number)
        case .types(let types): Self.set(number, isThere, in: &byType, types)
        case .kinds(let kinds): Self.set(number, isThere, in: &byKind, kinds)
        case .topics(let topics): Self.set(number, isThere, in: &byTopic, topics)
        }
    }

    private static func set<Key>(_ number: Int, _ isThere: Bool, in table: inout [Key: Set<Int>], _ keys: some Sequence<Key>) {
        for key in keys {
            if isThere {
                table[key, default: []].insert(number)
            } else {
                table[key]?.remove(number)
                if table[key]?.isEmpty == true { table[key] = nil }
            }
        }
    }
}

/// What a group of subscribers has in common: the events they want, and the form they want them in.
public struct FeedAudience: Hashable, Sendable {
    /// Which events.
    public let filter: FeedFilter
    /// In which form.
    public let form: FeedForm

    /// An audience of those parts.
    public init(_ filter: FeedFilter, _ form: FeedForm) {
        self.filter = filter
        self.form = form
    }
}
