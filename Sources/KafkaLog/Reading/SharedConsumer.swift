internal import CRdKafka
internal import EventLog
internal import StreamCore
internal import StructuredLog
internal import Synchronization

/// One librdkafka consumer that many readers share: each of its partitions is read by one of them.
final class SharedConsumer: Sendable {
    let client: KafkaClient
    private let state = Mutex(State())

    private struct State {
        var partitions: Set<TopicPartition> = []
        /// A topic is kept while a partition of it is read: then the client keeps its leaders up to date.
        var topics: [String: (handle: TopicHandle, users: Int)] = [:]
    }

    init(_ settings: KafkaLogSettings, _ logger: Logger?) throws(LogFailure) {
        client = try KafkaClient(.consumer, settings.reader, logger: logger, "opening a reader of \(settings.servers)")
    }

    /// Takes `partition` for one reader; `nil` where another has it.
    func take(_ partition: TopicPartition) throws(LogFailure) -> TopicHandle? {
        try state.withLock { state throws(LogFailure) -> TopicHandle? in
            guard state.partitions.insert(partition).inserted else { return nil }
            if let known = state.topics[partition.topic] {
                state.topics[partition.topic] = (known.handle, known.users + 1)
                return known.handle
            }
            let handle = try TopicHandle(client, partition.topic)
            state.topics[partition.topic] = (handle, 1)
            return handle
        }
    }

    func giveBack(_ partition: TopicPartition) {
        state.withLock { state in
            state.partitions.remove(partition)
            guard let known = state.topics[partition.topic] else { return }
            state.topics[partition.topic] = known.users > 1 ? (known.handle, known.users - 1) : nil
        }
    }
}

/// The consumers that a log's readers share: those of a job. A partition goes to the job's first that does not read it yet, so a job has
/// one, and more where it reads a partition more than once.
///
/// A consumer asks a broker for all its partitions at once, again and again, and the broker looks at each of them every time: one for all
/// jobs would have a busy job pay for what idle ones read, and one for each task would be a thread and a connection to every broker for each.
final class ConsumerPool: Sendable {
    private let settings: KafkaLogSettings
    private let logger: Logger?
    private let consumers = Mutex<[String?: [SharedConsumer]]>([:])

    init(_ settings: KafkaLogSettings, _ logger: Logger?) {
        self.settings = settings
        self.logger = logger
    }

    func open(
        _ partition: TopicPartition, of job: String?, from offset: Offset, waking wake: @escaping @Sendable () -> Void
    ) throws(LogFailure) -> PartitionStream {
        let (consumer, topic) = try consumers.withLock { consumers throws(LogFailure) -> (SharedConsumer, TopicHandle) in
            for consumer in consumers[job, default: []] { if let topic = try consumer.take(partition) { return (consumer, topic) } }
            let fresh = try SharedConsumer(settings, logger)
            guard let topic = try fresh.take(partition) else { throw LogFailure(.unavailable, "reading \(partition)") }
            consumers[job, default: []].append(fresh)
            return (fresh, topic)
        }
        return try PartitionStream(partition, from: offset, consumer, topic, prefetch: settings.prefetchBytes, waking: wake)
    }

    /// Lets the consumers go; each ends with its last reader.
    func close() { consumers.withLock { $0 = [:] } }
}
