internal import Dataflow
internal import EventLog
internal import Freight
internal import StreamCore
internal import StructuredLog
internal import Synchronization
internal import Threads
internal import Wire

/// An event that somebody outside publishes, and the audit record of that.
struct Publication: Sendable {
    var envelope: EventEnvelope
    var data: RawJSON
    var metadata: JSON
    var audit: AuditEntry
    var topic: JobBindings.Topic
}

/// Where an event lies.
struct Placement: Hashable, Sendable {
    let partition: TopicPartition
    let offset: Offset
}

/// Commits published events with their audit records, both or neither, on a thread of its own, and says where each event lies.
final class EventPublisher: Sendable {
    typealias Completion = @Sendable (Result<Placement, Refusal>) -> Void

    private struct Outgoing {
        let publication: Publication
        let deadline: EventTime
        let completion: Completion
    }

    private struct Queue {
        var outgoing: [Outgoing] = []
        var isStopping = false
    }

    private let log: any EventLog
    private let audit: JobBindings.Topic
    private let name: String
    private let clock: @Sendable () -> EventTime
    private let patience: EventTime.Span
    private let trouble: Trouble
    private let queue = Mutex(Queue())
    private let bell = Bell()
    private let thread = WorkerThread(name: "gateway events")
    private static let pause = 50_000

    /// A publisher that writes under `name`, which no other process has.
    init(_ scope: ResidentScope, audit: JobBindings.Topic, name: String, patience: EventTime.Span, _ logger: Logger) {
        log = scope.log
        clock = scope.clock
        self.audit = audit
        self.name = name
        self.patience = patience
        trouble = Trouble(of: "events", logger)
        thread.post { [self] in run() }
    }

    /// Publishes; `completion` is called once, on any thread. Never blocks.
    func publish(_ publication: Publication, _ completion: @escaping Completion) {
        let outgoing = Outgoing(publication: publication, deadline: clock().advanced(by: patience), completion: completion)
        let isTaken = queue.withLock { queue in
            if !queue.isStopping { queue.outgoing.append(outgoing) }
            return !queue.isStopping
        }
        if isTaken { bell.ring() } else { completion(.failure(.closing)) }
    }

    /// Whether nothing is on its way.
    var isIdle: Bool { queue.withLock { $0.outgoing.isEmpty } }

    /// Ends the thread; what is left is turned away.
    func stop() {
        queue.withLock { $0.isStopping = true }
        bell.ring()
        thread.stop()
    }

    private func run() {
        var writer: (any LogWriter)?
        var again: [Outgoing] = []
        while true {
            let (fresh, isStopping) = queue.withLock { queue in
                defer { queue.outgoing = [] }
                return (queue.outgoing, queue.isStopping)
            }
            let now = clock()
            for late in again where late.deadline <= now { late.completion(.failure(.timedOut)) }
            let outgoing = again.filter { $0.deadline > now } + fresh
            if isStopping {
                for one in outgoing { one.completion(.failure(.closing)) }
                writer?.close()
                return
            }
            again = outgoing.isEmpty ? [] : commit(outgoing, &writer)
            if !again.isEmpty { bell.sleep(EventPublisher.pause) } else if fresh.isEmpty { bell.sleep(1_000_000) }
        }
    }

    /// Commits what there is. What may have been committed and may not is given back: readers tell repeats by the event's id.
    private func commit(_ outgoing: [Outgoing], _ writer: inout (any LogWriter)?) -> [Outgoing] {
        var parts: [TopicPartition: (builder: BatchBuilder, order: Int)] = [:]
        func append(_ topic: JobBindings.Topic, _ key: [UInt8], _ body: (inout BatchBuilder) -> Void) -> (
            partition: TopicPartition, index: Int
        ) {
            let partition = TopicPartition(topic.name, Partitioner.partition(of: key, among: topic.partitions))
            var part = parts[partition] ?? (BatchBuilder(), parts.count)
            let index = part.builder.count
            body(&part.builder)
            parts[partition] = part
            return (partition, index)
        }
        let places = outgoing.map { one in
            let event = one.publication
            let encoder = AuditEntryEncoder()
            let key = encoder.key(of: event.audit) ?? []
            _ = append(audit, key) { encoder.encode(event.audit, at: event.audit.createdAt, key: key, into: &$0) }
            let eventKey = event.envelope.entityID.utf8
            return append(event.topic, eventKey) { batch in
                batch.append(key: eventKey, headers: event.envelope.headers, time: event.envelope.timestamp) { out in
                    event.envelope.write(into: &out, metadata: event.metadata, data: event.data)
                }
            }
        }
        let ordered = parts.sorted { $0.value.order < $1.value.order }
        let batches = ordered.map { partition, part in
            var builder = part.builder
            return PartitionBatch(partition, builder.finish())
        }
        do throws(LogFailure) {
            let open: any LogWriter
            if let known = writer { open = known } else { open = try log.makeWriter(name) }
            writer = open
            let offsets = try open.commit(Transaction(batches: batches))
            let bases = Dictionary(uniqueKeysWithValues: zip(ordered.map(\.key), offsets))
            trouble.ended()
            for (one, place) in zip(outgoing, places) {
                one.completion(
                    .success(Placement(partition: place.partition, offset: (bases[place.partition] ?? .zero).advanced(by: place.index))))
            }
            return []
        } catch {
            writer?.close()
            writer = nil
            trouble.began(error.reason)
            if error.kind == .unknown || error.kind == .fenced { return outgoing }
            for one in outgoing { one.completion(.failure(.logUnavailable)) }
            return []
        }
    }
}
