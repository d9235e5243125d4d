internal import CRdKafka
internal import EventLog

/// A topic as one client knows it. While one is held, the client keeps the topic's leaders up to date.
@safe final class TopicHandle: Sendable {
    // SAFETY: created in `init`, freed in `deinit` before the client that `client` holds; librdkafka's topic is thread-safe.
    nonisolated(unsafe) let handle: OpaquePointer
    private let client: KafkaClient

    init(_ client: KafkaClient, _ name: String) throws(LogFailure) {
        guard let topic = unsafe rd_kafka_topic_new(client.handle, name, nil) else {
            throw KafkaError(rd_kafka_last_error()).failure("using topic \(name)")
        }
        unsafe handle = topic
        self.client = client
    }

    deinit { unsafe rd_kafka_topic_destroy(handle) }
}
