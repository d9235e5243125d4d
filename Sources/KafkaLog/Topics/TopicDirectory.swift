internal import CRdKafka
internal import EventLog
internal import StreamCore
internal import Synchronization

/// How many partitions each topic has, as last heard: spares a call per look, and tells a slip of a name at once.
final class TopicDirectory: Sendable {
    private let client: KafkaClient
    private let patience: Duration
    private let counts = Mutex<[String: Int]>([:])

    init(_ client: KafkaClient, patience: Duration) {
        self.client = client
        self.patience = patience
    }

    /// Fails with `.unknownTopic` where there is no such partition; asks the brokers about topics it has not heard of.
    func require(_ partitions: some Sequence<TopicPartition>, _ doing: String) throws(LogFailure) {
        for partition in partitions {
            let known = counts.withLock { $0[partition.topic] }
            let count: Int
            if let known, partition.partition.index < known { count = known } else { count = try ask(partition.topic, doing) }
            guard count > 0 else { throw LogFailure(.unknownTopic, "\(doing): no topic \(partition.topic)\(suggestion(partition.topic))") }
            guard (0..<count).contains(partition.partition.index) else {
                throw LogFailure(
                    .unknownTopic, "\(doing): topic \(partition.topic) has partitions 0 to \(count - 1), not \(partition.partition)")
            }
        }
    }

    /// The number of partitions of a topic, 0 for none, as the brokers say now.
    private func ask(_ topic: String, _ doing: String) throws(LogFailure) -> Int {
        let metadata = try ClusterMetadata.read(client, topic: topic, Deadline(patience), doing)
        guard let found = metadata.topics.first(where: { $0.name == topic }) else { return 0 }
        let error = KafkaError(rd_kafka_resp_err_t(found.code))
        if error.kind == .refused { throw error.failure("\(doing): topic \(topic)") }
        set(topic, found.partitions.count)
        return found.partitions.count
    }

    /// Every topic, as the brokers say now.
    func readAll(_ doing: String) throws(LogFailure) -> ClusterMetadata {
        let metadata = try ClusterMetadata.read(client, Deadline(patience), doing)
        let found = Dictionary(metadata.topics.map { ($0.name, $0.partitions.count) }) { first, _ in first }
        counts.withLock { $0 = found.filter { $0.value > 0 } }
        return metadata
    }

    func set(_ topic: String, _ count: Int) { counts.withLock { $0[topic] = count > 0 ? count : nil } }

    func forget(_ topics: some Sequence<String>) { counts.withLock { for topic in topics { $0[topic] = nil } } }

    private func suggestion(_ topic: String) -> String {
        nearest(to: topic, among: counts.withLock { Array($0.keys) }).map { "; did you mean \($0)?" } ?? ""
    }
}
