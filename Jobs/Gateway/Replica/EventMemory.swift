internal import Freight
internal import ReadModel
internal import StreamCore
internal import Synchronization

/// What happened lately: the newest events whole, and all of them counted. One thread writes, any read.
final class EventMemory: Sendable {
    /// An event and where it lies.
    struct Recent: Sendable {
        let text: [UInt8]
        let type: String
        let entityType: String
        let entityID: String
        let time: EventTime
        let carrier: EntityID?
        let place: TopicPartition
        let offset: Offset
    }

    /// What was told of a violation of hours of service.
    private struct Violation {
        var startedAt: EventTime
        var driver: EntityID
        var isRetracted: Bool
    }

    /// Counted together.
    private struct Group: Hashable {
        let type: String
        let carrier: EntityID?
    }

    private struct Memory {
        var recent: [Recent] = []
        /// Where the oldest of them is, once there are as many as may be.
        var oldest = 0
        var counts: [EventTime: [Group: Int]] = [:]
        var violations: [String: Violation] = [:]
        var newest = EventTime.distantPast
        var floor = EventTime.distantPast
    }

    private let memory = Mutex(Memory())
    private let kept: EventTime.Span
    private let most: Int
    /// Counts are kept by intervals of this length.
    static let grain = EventTime.Span(.seconds(300))

    init(kept: Duration, most: Int) {
        self.kept = .init(kept)
        self.most = most
    }

    /// Takes events, in the order in which they lie in their partition.
    func take(_ events: [SeenEvent]) {
        memory.withLock { memory in
            for event in events {
                memory.newest = max(memory.newest, event.time)
                memory.counts[event.time.floored(to: EventMemory.grain), default: [:]][
                    Group(type: event.type, carrier: event.carrier), default: 0] += 1
                if let violation = event.violation {
                    memory.violations[violation.id] = Violation(
                        startedAt: violation.startedAt, driver: EntityID(event.entityID), isRetracted: violation.isRetracted)
                }
                remember(event, &memory)
            }
            let due = memory.newest.advanced(by: -kept)
            if due.since(memory.floor) > EventMemory.grain || memory.floor == .distantPast {
                memory.floor = due
                memory.counts = memory.counts.filter { $0.key.advanced(by: EventMemory.grain) > due }
                memory.violations = memory.violations.filter { $0.value.startedAt > due }
            }
        }
    }

    private func remember(_ event: SeenEvent, _ memory: inout Memory) {
        // Fixes are many and have their tracks.
        if event.type == EventType.vehicleLocationUpdated.rawValue { return }
        let recent = Recent(
            text: event.text, type: event.type, entityType: event.entityType, entityID: event.entityID, time: event.time,
            carrier: event.carrier, place: event.place,
            offset: event.offset)
        if memory.recent.count < most { return memory.recent.append(recent) }
        memory.recent[memory.oldest] = recent
        memory.oldest = (memory.oldest + 1) % most
    }

    /// The newest events that are wanted, newest first, at most `limit` after `offset`; and how many there are in all.
    func recent(limit: Int, offset: Int, where isWanted: (Recent) -> Bool) -> (events: [Recent], total: Int) {
        let found = memory.withLock { memory in
            (memory.recent[memory.oldest...] + memory.recent[..<memory.oldest]).filter(isWanted)
        }
        let sorted = found.enumerated().sorted { ($0.element.time, $0.offset) > ($1.element.time, $1.offset) }.map(\.element)
        return (Array(sorted.dropFirst(offset).prefix(limit)), sorted.count)
    }

    /// Events by interval and type, of a time; of all carriers, or of one.
    func counts(from: EventTime, until: EventTime, carrier: EntityID?) -> [(at: EventTime, type: String, count: Int)] {
        memory.withLock { memory in
            var found: [(at: EventTime, type: String, count: Int)] = []
            for (at, groups) in memory.counts where at >= from.floored(to: EventMemory.grain) && at < until {
                for (group, count) in groups where carrier == nil || group.carrier == carrier { found.append((at, group.type, count)) }
            }
            return found
        }
    }

    /// How many violations began in a time and stand, of drivers who are wanted.
    func violations(from: EventTime, until: EventTime, of isWanted: (EntityID) -> Bool) -> Int {
        memory.withLock { memory in
            memory.violations.values.count { !$0.isRetracted && $0.startedAt >= from && $0.startedAt < until && isWanted($0.driver) }
        }
    }
}
