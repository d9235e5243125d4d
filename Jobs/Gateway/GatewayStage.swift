internal import Dataflow
internal import EventFeed
internal import EventLog
internal import Freight
internal import ReadModel
internal import RoadNetwork
internal import StreamCore
internal import StructuredLog
internal import Synchronization
internal import Threads

/// The gateway in one process: follows replies, snapshots and events, keeps the replica, and answers who waits.
final class GatewayStage: Resident {
    /// An answer that has come and is given once the replica has caught up with it.
    private struct Arrived {
        let ticket: UInt64
        let outcome: Reply.Outcome
        /// It was deleted since: there is nothing to wait for.
        var isGone = false
    }

    private let desk: Desk
    private let mount: Mount
    private var replies = ReplyReader()
    private let rows: [String: (collection: Collection, reader: RowReader)]
    private let registered: [String: EntityType]
    private let events: Set<String>
    private let seen: SeenEventReader
    private let pushed: FeedEventReader
    private var network = NetworkChangeDecoder()
    private var hasCaughtUp = false
    private var arrived: [Arrived] = []

    init(_ settings: GatewaySettings, _ surroundings: Surroundings, _ scope: ResidentScope) throws(StageFailure) {
        desk = try Desk(settings, surroundings, scope)
        mount = Mount(surroundings, desk)
        seen = SeenEventReader(desk.replica)
        pushed = FeedEventReader(owner: Pushes.owner(desk.replica))
        var rows: [String: (collection: Collection, reader: RowReader)] = [:]
        for (type, inlet) in Gateway.entities {
            if let collection = type.collection { rows[inlet.name] = (collection, RowReader(collection)) }
        }
        self.rows = rows
        registered = Dictionary(uniqueKeysWithValues: Gateway.registered.map { ($0.inlet.name, $0.type) })
        events = Set(Gateway.events.map(\.inlet.name))
    }

    func take(_ batch: RecordBatch, of partition: TopicPartition, from inlet: String) throws(StageFailure) {
        if let (collection, reader) = rows[inlet] {
            take(snapshots: batch, collection, reader)
        } else if let type = registered[inlet] {
            take(registered: batch, type)
        } else if events.contains(inlet) {
            take(events: batch, of: partition)
        } else if inlet == Gateway.replies.name {
            take(replies: batch)
        } else if inlet == Gateway.network.name {
            desk.roads.take(batch, with: &network)
        } else {
            for record in batch.records {
                guard let id = record.key.map({ EntityID(String(decoding: $0, as: UTF8.self)) }) else { continue }
                if inlet == Gateway.hours.name {
                    desk.replica.put(hours: record.value, of: id)
                } else {
                    desk.replica.put(performance: record.value.flatMap { Performance(told: $0) }, of: id)
                }
            }
        }
    }

    private func take(snapshots batch: RecordBatch, _ collection: Collection, _ reader: RowReader) {
        for index in 0..<batch.count {
            guard let id = unsafe batch.withKey(index, { unsafe $0.map { unsafe EntityID(utf8: $0) } }) else { continue }
            // A snapshot that cannot be read is its writer's to mend; it is not shown meanwhile.
            let entry = unsafe batch.withValue(index) { text in unsafe text.flatMap { try? unsafe reader.read($0) } }
            desk.replica.put(entry, collection, id)
            if entry == nil { for at in arrived.indices where arrived[at].outcome.entityID == id { arrived[at].isGone = true } }
        }
    }

    private func take(registered batch: RecordBatch, _ type: EntityType) {
        for record in batch.records {
            guard let id = record.key.map({ EntityID(String(decoding: $0, as: UTF8.self)) }) else { continue }
            let entry = record.value.flatMap { Register.Entry($0) }
            desk.register.put(entry, type, id)
            if entry == nil { for at in arrived.indices where arrived[at].outcome.entityID == id { arrived[at].isGone = true } }
        }
    }

    private func take(events batch: RecordBatch, of partition: TopicPartition) {
        let found = (0..<batch.count).compactMap { seen.read($0, of: batch, partition) }
        desk.tracks.take(found.compactMap(\.point))
        desk.events.take(found)
        for event in found {
            if let command = event.publication { desk.places.note(command, EventPlace(event.place, event.offset), at: desk.now) }
        }
        desk.pushes.feed.take(batch, of: partition, with: pushed)
    }

    private func take(replies batch: RecordBatch) {
        for index in 0..<batch.count {
            guard let address = batch.headers(index)["reply_to"]?.value, let ticket = desk.tickets.ticket(of: address),
                let reply = try? replies.read(index, of: batch)
            else { continue }
            arrived.append(Arrived(ticket: ticket, outcome: reply.outcome))
        }
    }

    /// What a round has read is what had been committed before it began; so who is answered now reads what was answered.
    func roundEnded() {
        arrived.removeAll { answer in
            guard answer.isGone || isHeld(answer.outcome) else { return false }
            desk.tickets.answer(answer.ticket, .success(answer.outcome))
            return true
        }
        desk.pushes.feed.tidy(at: desk.now)
        let roads = desk.roads
        if hasCaughtUp, roads.wantsSurvey { desk.readers.post { roads.survey() } }
    }

    private func isHeld(_ outcome: Reply.Outcome) -> Bool {
        if outcome.refusal == nil, outcome.entityType == .event { return desk.places[outcome.entityID] != nil }
        guard outcome.refusal == nil, let version = outcome.version else { return true }
        if registered.values.contains(outcome.entityType) {
            guard let entry = desk.register.entry(outcome.entityType, outcome.entityID) else { return outcome.status == 204 }
            return outcome.status != 204 && entry.version >= version
        }
        guard let collection = outcome.entityType.collection else { return true }
        guard let entry = desk.replica.entry(collection, outcome.entityID) else { return outcome.status == 204 }
        return outcome.status == 204 ? false : entry.version >= version
    }

    func caughtUp() {
        desk.roads.survey()
        hasCaughtUp = true
        mount.open()
    }

    func tick(at now: EventTime) {
        desk.tickets.giveUp(at: now)
        desk.pushes.feed.tidy(at: now)
        arrived.removeAll { !desk.tickets.isWaiting($0.ticket) }
    }

    var nextWake: EventTime { desk.tickets.nextDeadline }

    func retire() { mount.retire() }

    var isSettled: Bool { desk.tickets.isEmpty }

    func end() {
        mount.close()
        desk.close()
    }
}

/// Reads replies; the decoder keeps its memory from one to the next.
private struct ReplyReader {
    private var decoder = ReplyDecoder()

    mutating func read(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> Reply? { try decoder.decode(index, of: batch) }
}
