internal import EventLog
internal import HTTPServer
internal import StreamCore

/// A client that needs more than the feed holds: for which of its subscriptions, and where it stands.
struct Errand: Sendable {
    let client: Int
    let subscription: Int
    let audience: FeedAudience
    var position: FeedPositions
}

/// Reads from the log what a client missed, from where its token stands until the feed holds the rest. Confined to one thread.
struct CatchUp {
    /// What a step came to.
    enum Outcome: Equatable {
        /// Some of it was read; there may be more.
        case read
        /// Nothing could be read or sent just now.
        case waits
        /// Nobody wants it any more.
        case over
        /// It is not retained.
        case expired
    }

    /// For whom, and how far it has been read.
    private(set) var errand: Errand
    private let events: FeedEventReader
    private var reader: (any LogReader)?
    /// An event that the client did not take yet.
    private var pending: (batch: RecordBatch, next: Int, place: FeedPartition)?

    /// Whether an event was read that the client has not taken yet.
    var hasPending: Bool { pending != nil }

    /// About how much of a partition is read at a time.
    private static let stride = 256 * 1024

    init(_ errand: Errand, _ owner: @escaping FeedEventReader.Owner) {
        self.errand = errand
        events = FeedEventReader(owner: owner)
    }

    mutating func close() {
        reader?.close()
        reader = nil
    }

    /// Reads the next of each partition that is not at `floor` yet, and sends what passes.
    mutating func step(
        _ log: any EventLog, _ catalog: FeedCatalog, upTo floor: FeedPositions, send: ([UInt8]) -> HTTPBodyStream.Outcome
    ) throws(LogFailure) -> Outcome {
        if reader == nil, try !begin(log, catalog) { return .expired }
        guard let reader else { return .over }
        if let pending {
            self.pending = nil
            let outcome = pass(pending.batch, from: pending.next, at: pending.place, catalog, send)
            if outcome != .read { return outcome }
        }
        var outcome = Outcome.waits
        for topic in errand.audience.filter.topics.indices {
            for number in 0..<catalog.topics[topic].partitions {
                let place = FeedPartition(topic: topic, partition: Partition(number))
                guard errand.position[topic, place.partition] < floor[topic, place.partition] else { continue }
                let partition = TopicPartition(catalog.topics[topic].name, place.partition)
                if let batch = try reader.next(partition, upTo: CatchUp.stride) {
                    outcome = pass(batch, from: 0, at: place, catalog, send)
                    if outcome != .read { return outcome }
                } else if try reader.isAtEnd(partition) {
                    // What lies between is no record of anybody's.
                    errand.position[topic, place.partition] = floor[topic, place.partition]
                    outcome = .read
                }
            }
        }
        return outcome
    }

    /// Opens the log where the client stands; false where that is not retained, or is beyond what there is.
    private mutating func begin(_ log: any EventLog, _ catalog: FeedCatalog) throws(LogFailure) -> Bool {
        let opened = try log.makeReader {}
        for topic in errand.audience.filter.topics.indices {
            for number in 0..<catalog.topics[topic].partitions {
                let partition = TopicPartition(catalog.topics[topic].name, Partition(number))
                let wanted = errand.position[topic, Partition(number)]
                let bounds = try log.bounds(of: partition)
                if wanted < bounds.start || wanted > bounds.end {
                    opened.close()
                    return false
                }
                try opened.assign(partition, from: wanted)
            }
        }
        reader = opened
        return true
    }

    private mutating func pass(
        _ batch: RecordBatch, from first: Int, at place: FeedPartition, _ catalog: FeedCatalog,
        _ send: ([UInt8]) -> HTTPBodyStream.Outcome
    ) -> Outcome {
        for index in first..<batch.count {
            let offset = batch.offset(index)
            guard offset >= errand.position[place.topic, place.partition] else { continue }
            let event = unsafe batch.withValue(index) { value -> FeedEvent? in
                guard let value = unsafe value else { return nil }
                return unsafe events.event(in: value, at: place, offset)
            }
            var after = errand.position
            after[place.topic, place.partition] = offset.advanced(by: 1)
            if let event, errand.audience.filter.passes(event) {
                let token = ResumeToken.text(of: after, in: errand.audience.filter.topics, catalog)
                switch send(errand.audience.form.event(event, topic: catalog.topics[place.topic].name, resume: token)) {
                case .accepted: break
                case .full:
                    pending = (batch, index, place)
                    return .waits
                case .unwanted: return .over
                }
            }
            errand.position = after
        }
        errand.position[place.topic, place.partition] = max(batch.next, errand.position[place.topic, place.partition])
        return .read
    }
}
