public import StreamCore

/// Who follows what, and where following stands: takes each event once, and says to whom it goes in which form.
///
/// A subscriber is *live* (gets events as they come), *behind* (it did not take one; what it misses is counted until it takes again, and is
/// given to it late where it is still held) or neither, while what it asks for is read from the log for it.
/// ```
/// join ──covered──▶ live ──fellBehind──▶ behind ──catchUp──▶ live
///    └──old, ahead──▶ (the caller reads the log, or waits, and joins again)
/// ```
/// A value; whoever holds it serialises its use with what is sent, so that no event overtakes another.
public struct FeedHub<Subscriber: Hashable & Sendable>: Sendable {
    /// One event, in one form, and who gets it.
    public struct Delivery: Sendable {
        /// What to send.
        public let frame: [UInt8]
        /// In which form that is.
        public let form: FeedForm
        /// To whom.
        public let members: [Subscriber]
    }

    /// What became of a wish to join.
    public enum Joining: Hashable, Sendable {
        /// It is live; it got what was held for it.
        case joined
        /// Something of what it asks for must be read from the log first.
        case old
        /// It has seen more than has been followed here: later, when that has been followed too.
        case ahead
    }

    private struct Behind {
        /// Where it would have to go on to miss nothing.
        var position: FeedPositions
        var missed: Int
    }

    private let catalog: FeedCatalog
    private var index = SubscriptionIndex<Subscriber>()
    private var audiences: [Subscriber: FeedAudience] = [:]
    private var behind: [Subscriber: Behind] = [:]
    private var recent: RecentEvents
    /// Where following stands.
    public private(set) var positions: FeedPositions

    /// A hub that begins to follow at those positions and holds about that many bytes of recent events.
    public init(_ catalog: FeedCatalog, from positions: FeedPositions, holding bytes: Int) {
        self.catalog = catalog
        self.positions = positions
        recent = RecentEvents(from: positions, upTo: bytes)
    }

    /// From where on events are held: who stands there or later can join.
    public var floor: FeedPositions { recent.floor }

    /// How many subscribers are live or behind.
    public var count: Int { audiences.count }

    /// Those that are behind.
    public var stragglers: [Subscriber] { Array(behind.keys) }

    // Following

    /// Takes the next event of its partition. An event that has been taken already goes to nobody.
    public mutating func take(_ event: FeedEvent) -> [Delivery] {
        guard event.offset >= positions[event.at.topic, event.at.partition] else { return [] }
        var before = positions
        before[event.at.topic, event.at.partition] = event.offset
        positions[event.at.topic, event.at.partition] = event.offset.advanced(by: 1)
        recent.append(event)
        var frames: [Dressing: [UInt8]] = [:]
        return index.groups(wanting: event).compactMap { group in
            var members = Array(group.members)
            if !behind.isEmpty { members.removeAll { miss($0) } }
            if members.isEmpty { return nil }
            let dressing = Dressing(form: group.audience.form, topics: group.audience.filter.topics)
            let frame = frames[dressing] ?? self.frame(event, group.audience, at: positions)
            frames[dressing] = frame
            return Delivery(frame: frame, form: dressing.form, members: members)
        }
    }

    /// Goes on to that offset: what lies before it and was not taken is no event.
    public mutating func skip(_ partition: FeedPartition, to offset: Offset) {
        positions[partition.topic, partition.partition] = max(offset, positions[partition.topic, partition.partition])
    }

    /// What makes the bytes of an event different for different audiences.
    private struct Dressing: Hashable {
        let form: FeedForm
        let topics: TopicSet
    }

    private func frame(_ event: FeedEvent, _ audience: FeedAudience, at positions: FeedPositions) -> [UInt8] {
        let token = ResumeToken.text(of: positions, in: audience.filter.topics, catalog)
        return audience.form.event(event, topic: catalog.topics[event.at.topic].name, resume: token)
    }

    private mutating func miss(_ subscriber: Subscriber) -> Bool {
        guard behind[subscriber] != nil else { return false }
        behind[subscriber]?.missed += 1
        return true
    }

    // Subscribers

    /// Has a subscriber follow from `start` on. Where that is covered by what is held, `send` gets that first, in order, until it says that a
    /// frame was not taken.
    public mutating func join(
        _ subscriber: Subscriber, _ audience: FeedAudience, from start: FeedPositions, send: ([UInt8]) -> Bool
    ) -> Joining {
        leave(subscriber)
        let topics = audience.filter.topics
        guard start.precede(positions, in: topics) else { return .ahead }
        guard recent.floor.precede(start, in: topics) else { return .old }
        audiences[subscriber] = audience
        index.add(subscriber, to: audience)
        replay(to: subscriber, audience, from: start, send: send)
        return .joined
    }

    /// Forgets a subscriber.
    public mutating func leave(_ subscriber: Subscriber) {
        behind[subscriber] = nil
        if let audience = audiences.removeValue(forKey: subscriber) { index.remove(subscriber, from: audience) }
    }

    /// Notes that a live subscriber did not take the event that was taken last.
    public mutating func fellBehind(_ subscriber: Subscriber, at event: FeedEvent) {
        var position = positions
        position[event.at.topic, event.at.partition] = event.offset
        if audiences[subscriber] != nil, behind[subscriber] == nil { behind[subscriber] = Behind(position: position, missed: 1) }
    }

    /// Gives a subscriber that is behind what it has missed, as long as it is taken; where that is not held any more, the number of events.
    public mutating func catchUp(_ subscriber: Subscriber, send: ([UInt8]) -> Bool) {
        guard let state = behind[subscriber], let audience = audiences[subscriber] else { return }
        if recent.floor.precede(state.position, in: audience.filter.topics) {
            behind[subscriber] = nil
            return replay(to: subscriber, audience, from: state.position, send: send)
        }
        let token = ResumeToken.text(of: state.position, in: audience.filter.topics, catalog)
        if send(audience.form.missed(state.missed, resume: token)) { behind[subscriber] = nil }
    }

    private mutating func replay(
        to subscriber: Subscriber, _ audience: FeedAudience, from start: FeedPositions, send: ([UInt8]) -> Bool
    ) {
        var position = start
        var isBehind = false
        var missed = 0
        for event in recent.since(start, to: positions, in: audience.filter.topics)
        where event.offset >= start[event.at.topic, event.at.partition] && audience.filter.passes(event) {
            if isBehind {
                missed += 1
                continue
            }
            var after = position
            after[event.at.topic, event.at.partition] = event.offset.advanced(by: 1)
            if send(frame(event, audience, at: after)) {
                position = after
            } else {
                isBehind = true
                missed = 1
            }
        }
        if isBehind { behind[subscriber] = Behind(position: position, missed: missed) }
    }
}
