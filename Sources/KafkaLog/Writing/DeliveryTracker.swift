internal import CRdKafka
internal import EventLog
internal import StreamCore

/// What became of the records that were given to a producer: how many are still under way, where each batch begins, what was refused.
struct DeliveryTracker {
    /// Records that have been given away and not reported back.
    private(set) var outstanding = 0
    /// The first offset of each batch, as far as reported.
    private(set) var offsets: [Offset?]
    /// The first refusal, and the partition that it is about.
    private(set) var refusal: (error: KafkaError, partition: TopicPartition)?

    /// Whether a record was given up, or refused: nobody knows whether a broker has it.
    private(set) var isUncertain = false

    init(batches: Int) { offsets = Array(repeating: nil, count: batches) }

    mutating func gave() { outstanding += 1 }

    /// Takes the reports that are there, waiting at most `milliseconds` for the first.
    mutating func poll(_ queue: OpaquePointer, milliseconds: Int32) {
        guard let event = unsafe rd_kafka_queue_poll(queue, milliseconds) else { return }
        defer { unsafe rd_kafka_event_destroy(event) }
        guard unsafe rd_kafka_event_type(event) == RD_KAFKA_EVENT_DR else { return }
        while let message = unsafe rd_kafka_event_message_next(event) {
            // Giving a transaction up is all that purges: this is one of an earlier transaction's records, reported late.
            let error = unsafe message.pointee.err
            if error != RD_KAFKA_RESP_ERR_NO_ERROR { isUncertain = true }
            if error == RD_KAFKA_RESP_ERR__PURGE_QUEUE || error == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT { continue }
            outstanding -= 1
            unsafe note(message.pointee)
        }
    }

    private mutating func note(_ message: rd_kafka_message_t) {
        if unsafe message.err != RD_KAFKA_RESP_ERR_NO_ERROR {
            if refusal != nil { return }
            let topic = unsafe String(cString: rd_kafka_topic_name(message.rkt))
            refusal = unsafe (KafkaError(message.err), TopicPartition(topic, Partition(Int(message.partition))))
            return
        }
        let batch = Int(bitPattern: unsafe message._private) - 1
        if batch >= 0, batch < offsets.count, unsafe message.offset >= 0 { offsets[batch] = unsafe Offset(message.offset) }
    }
}
