internal import Freight
internal import StreamCore
internal import Synchronization

/// Where an event lies.
struct EventPlace: Hashable, Sendable {
    let partition: TopicPartition
    let offset: Offset

    init(_ partition: TopicPartition, _ offset: Offset) { (self.partition, self.offset) = (partition, offset) }
}

/// Where the events lie that were published through the API, in whichever process, by the command that each was published by: for who
/// waits for the answer, and for a day for who asks again under an idempotency key. One thread writes, any read.
final class EventPlaces: Sendable {
    /// Places in the order in which they were noted, each kind kept for the same time.
    private struct Shelf {
        let kept: EventTime.Span
        var places: [EntityID: EventPlace] = [:]
        var order: [(command: EntityID, until: EventTime)] = []
        var first = 0

        mutating func note(_ command: EntityID, _ place: EventPlace, at now: EventTime, most: Int) {
            // An event that is written twice, as by a client that gives it an id, is where it was first.
            guard places[command] == nil else { return }
            places[command] = place
            order.append((command, now.advanced(by: kept)))
            while first < order.count, order[first].until <= now || places.count > most {
                places[order[first].command] = nil
                first += 1
            }
            if first > 1_000, first > order.count / 2 {
                order.removeFirst(first)
                first = 0
            }
        }
    }

    private struct Shelves {
        var keyed = Shelf(kept: .init(.seconds(86_400)))
        var others = Shelf(kept: .init(.seconds(60)))
    }

    private let shelves = Mutex(Shelves())
    private let most: Int

    init(most: Int) { self.most = most }

    func note(_ command: EntityID, _ place: EventPlace, at now: EventTime) {
        shelves.withLock { shelves in
            if command.isOfKey {
                shelves.keyed.note(command, place, at: now, most: most)
            } else {
                shelves.others.note(command, place, at: now, most: most)
            }
        }
    }

    /// Where the event of a command lies; nil where it has not been seen, or not within its time.
    subscript(command: EntityID) -> EventPlace? {
        shelves.withLock { command.isOfKey ? $0.keyed.places[command] : $0.others.places[command] }
    }
}

extension EntityID {
    /// Whether it follows from an idempotency key: those are UUIDs of version 5.
    fileprivate var isOfKey: Bool {
        let text = utf8
        return text.count == 36 && text[14] == UInt8(ascii: "5")
    }
}
