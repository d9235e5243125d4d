internal import StreamCore

/// The newest events that were followed, as many as fit: so that who was away for a moment goes on without the log being read again.
struct RecentEvents: Sendable {
    private var events: [FeedEvent] = []
    private var first = 0
    private var bytes = 0
    private let limit: Int
    /// Before which nothing is held any more, or ever was: of each partition.
    private(set) var floor: FeedPositions

    init(from floor: FeedPositions, upTo limit: Int) {
        self.floor = floor
        self.limit = limit
    }

    mutating func append(_ event: FeedEvent) {
        events.append(event)
        bytes += RecentEvents.size(of: event)
        while bytes > limit, first < events.count {
            let oldest = events[first]
            bytes -= RecentEvents.size(of: oldest)
            floor[oldest.at.topic, oldest.at.partition] = oldest.offset.advanced(by: 1)
            first += 1
        }
        if first > events.count / 2 {
            events.removeFirst(first)
            first = 0
        }
    }

    /// The events at or behind those positions in those topics, oldest first. The positions are at or behind `floor`, and `present` is where
    /// following stands.
    func since(_ positions: FeedPositions, to present: FeedPositions, in topics: TopicSet) -> ArraySlice<FeedEvent> {
        var open = positions.differing(from: present, in: topics)
        var start = events.endIndex
        while start > first, !open.isEmpty {
            start -= 1
            let event = events[start]
            // What is older of this partition is older than its position, too.
            if event.offset < positions[event.at.topic, event.at.partition] { open.remove(event.at) }
        }
        return events[start...]
    }

    private static func size(of event: FeedEvent) -> Int { event.envelope.count + 160 }
}
