internal import CRdKafka

/// A client's main queue: reports of deliveries and errors, taken by one thread.
@safe final class MainQueue: Sendable {
    // SAFETY: taken in `init`, given back in `deinit` before the client that `client` holds; polling is thread-safe.
    nonisolated(unsafe) let handle: OpaquePointer
    let client: KafkaClient

    init(_ client: KafkaClient) {
        unsafe handle = rd_kafka_queue_get_main(client.handle)
        self.client = client
    }

    deinit { unsafe rd_kafka_queue_destroy(handle) }
}
