internal import CRdKafka
internal import EventLog
internal import StreamCore

/// A partition as one reader reads it: a queue that the shared consumer fills and this empties. Confined to the reader's thread.
@safe final class PartitionStream {
    // SAFETY: the queue and the window of messages are made and freed here, before the topic and the client that `consumer` holds. The
    // wake context outlives the queue's event, which `close` ends before it lets the context go.
    private let queue: OpaquePointer
    private let window: UnsafeMutablePointer<UnsafeMutablePointer<rd_kafka_message_t>?>
    private let wake: WakeContext
    private let consumer: SharedConsumer
    private let topic: TopicHandle
    private let partition: TopicPartition
    private var assembly = BatchAssembly()
    /// The messages of the window that have yet to be handed out.
    private var held = 0..<0
    private var isClosed = false
    private var failure: LogFailure?
    /// About how large a record is: how many to take for the bytes that are wanted.
    private var recordSize = 512
    private let prefetch: Int
    private var readSinceNudge = 0

    /// After the last record handed out, or where reading began.
    private(set) var position: Offset
    /// How far everything has been read, aborted records and marks of transactions included, when the consumer last said that it had
    /// come to the end; `nil` since a record came.
    private(set) var endSeen: Offset?
    /// The look at the partition's end that was asked for.
    var look: EndLook?

    init(
        _ partition: TopicPartition, from offset: Offset, _ consumer: SharedConsumer, _ topic: TopicHandle, prefetch: Int,
        waking wake: @escaping @Sendable () -> Void
    ) throws(LogFailure) {
        let doing = "reading \(partition) from offset \(offset)"
        guard let queue = unsafe rd_kafka_queue_get_partition(consumer.client.handle, partition.topic, partition.partition.number) else {
            consumer.giveBack(partition)
            throw LogFailure(.unknownTopic, "\(doing): no such partition")
        }
        unsafe self.queue = queue
        unsafe window = .allocate(capacity: Self.windowSize)
        self.wake = WakeContext(wake)
        self.consumer = consumer
        self.topic = topic
        self.partition = partition
        self.prefetch = prefetch
        position = offset
        unsafe rd_kafka_queue_cb_event_enable(queue, WakeContext.callback, Unmanaged.passUnretained(self.wake).toOpaque())
        if unsafe rd_kafka_consume_start(topic.handle, partition.partition.number, offset.number) != 0 {
            let error = KafkaError(rd_kafka_last_error())
            finish()
            throw error.failure(doing)
        }
    }

    deinit { close() }

    private static let windowSize = 4_096

    /// The next records, about `bytes` of them, or `nil` where none have been fetched.
    func next(upTo bytes: Int) throws(LogFailure) -> RecordBatch? {
        if let failure { throw failure }
        while true {
            if held.isEmpty, !pull(max(1, bytes / recordSize)) { return nil }
            if let batch = try take(upTo: bytes) { return batch }
        }
    }

    /// Learns whether the consumer has come to the end, without handing out what it finds before it.
    func lookAhead() { if held.isEmpty, failure == nil, pull(1) { noteEnds() } }

    private func pull(_ count: Int) -> Bool {
        let count = unsafe rd_kafka_consume_batch_queue(queue, 0, window, min(count, Self.windowSize))
        held = 0..<max(0, Int(count))
        return count > 0
    }

    private func noteEnds() {
        while let index = held.first, let message = unsafe window[index], unsafe message.pointee.err == RD_KAFKA_RESP_ERR__PARTITION_EOF {
            endSeen = unsafe Offset(message.pointee.offset)
            unsafe rd_kafka_message_destroy(message)
            held.removeFirst()
        }
    }

    /// A batch of the held records up to `bytes`; `nil` where there are none before the window's end.
    private func take(upTo bytes: Int) throws(LogFailure) -> RecordBatch? {
        noteEnds()
        guard let first = held.first, let message = unsafe window[first] else { return nil }
        if unsafe message.pointee.err != RD_KAFKA_RESP_ERR_NO_ERROR {
            held.removeFirst()
            unsafe try fail(unsafe KafkaError(message.pointee.err, String(cString: rd_kafka_message_errstr(message))), owning: message)
            return nil
        }
        var stop = first
        assembly.begin(at: unsafe Offset(message.pointee.offset))
        while stop < held.upperBound, let message = unsafe window[stop], unsafe message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR,
            unsafe assembly.fits(message, upTo: bytes)
        {
            unsafe assembly.measure(message)
            stop += 1
        }
        let batch = unsafe assembly.build(UnsafeMutableBufferPointer(start: window + first, count: stop - first))
        for index in first..<stop { unsafe rd_kafka_message_destroy(window[index]) }
        held = stop..<held.upperBound
        position = batch.next
        endSeen = nil
        look = nil
        recordSize = max(64, batch.byteCount / batch.count)
        nudge(batch.byteCount)
        return batch
    }

    /// librdkafka up to 2.1 sleeps up to a second once all queues of a broker were full, however empty they are since. A request to that
    /// broker wakes it; nobody waits for the answer.
    private func nudge(_ bytes: Int) {
        readSinceNudge += bytes
        guard readSinceNudge > prefetch / 2 else { return }
        readSinceNudge = 0
        let list = PartitionList([(partition, OffsetLookup.latest)])
        unsafe rd_kafka_offsets_for_times(consumer.client.handle, list.handle, 0)
    }

    /// What the consumer could not go on from by itself.
    private func fail(_ error: KafkaError, owning message: UnsafeMutablePointer<rd_kafka_message_t>) throws(LogFailure) {
        unsafe rd_kafka_message_destroy(message)
        switch error.kind {
        case .outOfRange:
            failure = LogFailure(
                .outOfRange,
                "reading \(partition) at offset \(position): the broker does not hold it (\(error.text)); it was removed by retention, or "
                    + "never written")
        case .unavailable, .full, .fenced, .unknown: return
        case .unknownTopic: failure = error.failure("reading \(partition): the topic was deleted")
        case .damaged, .refused: failure = error.failure("reading \(partition) at offset \(position)")
        }
        if let failure { throw failure }
    }

    /// The high watermark that came with the last fetch; `nil` before the first.
    var highWatermark: Offset? {
        var (low, high): (Int64, Int64) = (-1, -1)
        let code = unsafe rd_kafka_get_watermark_offsets(
            consumer.client.handle, partition.topic, partition.partition.number, &low, &high)
        return code == RD_KAFKA_RESP_ERR_NO_ERROR && high >= 0 ? Offset(high) : nil
    }

    /// Stops reading; what was fetched ahead is dropped.
    func close() {
        if isClosed { return }
        unsafe rd_kafka_consume_stop(topic.handle, partition.partition.number)
        finish()
    }

    private func finish() {
        isClosed = true
        look = nil
        unsafe rd_kafka_queue_cb_event_enable(queue, nil, nil)
        for index in held { unsafe rd_kafka_message_destroy(window[index]) }
        unsafe window.deallocate()
        unsafe rd_kafka_queue_destroy(queue)
        consumer.giveBack(partition)
    }
}

/// What librdkafka holds on to while a queue has somebody to wake.
private final class WakeContext: Sendable {
    let wake: @Sendable () -> Void

    init(_ wake: @escaping @Sendable () -> Void) { self.wake = wake }

    /// Called on a thread of the consumer, with the queue's lock held, when the queue is no longer empty.
    static let callback: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> Void = { _, context in
        guard let context = unsafe context else { return }
        unsafe Unmanaged<WakeContext>.fromOpaque(context).takeUnretainedValue().wake()
    }
}
