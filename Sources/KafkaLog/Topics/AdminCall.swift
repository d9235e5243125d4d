internal import CRdKafka
internal import EventLog

/// Makes one call of librdkafka's admin interface and waits for its answer.
enum AdminCall {
    /// `send` starts the call on a queue of its own, `read` takes the answer apart.
    static func run<Answer>(
        _ client: KafkaClient, _ operation: rd_kafka_admin_op_t, _ timeout: Duration, _ doing: String,
        send: (OpaquePointer, OpaquePointer) -> Void, read: (OpaquePointer) throws(LogFailure) -> Answer
    ) throws(LogFailure) -> Answer {
        let deadline = Deadline(timeout)
        while true {
            let event: OpaquePointer
            do throws(KafkaError) {
                unsafe event = try unsafe self.event(client, operation, within: .milliseconds(Int(max(100, deadline.milliseconds))), send)
            } catch {
                if error.passesSoon, deadline.pause(milliseconds: 100) { continue }
                throw error.failure(doing, as: error.kind == .unknownTopic ? .unavailable : nil)
            }
            defer { unsafe rd_kafka_event_destroy(event) }
            return try unsafe read(event)
        }
    }

    /// Makes the call once, of the broker whose business it is or of the one that is named. The caller destroys the event.
    static func event(
        _ client: KafkaClient, _ operation: rd_kafka_admin_op_t, to broker: Int32? = nil, within limit: Duration,
        _ send: (OpaquePointer, OpaquePointer) -> Void
    ) throws(KafkaError) -> OpaquePointer {
        let queue = unsafe rd_kafka_queue_new(client.handle)
        defer { unsafe rd_kafka_queue_destroy(queue) }
        let options = unsafe rd_kafka_AdminOptions_new(client.handle, operation)
        defer { unsafe rd_kafka_AdminOptions_destroy(options) }
        var text = [CChar](repeating: 0, count: 256)
        let time = Int32(clamping: limit.milliseconds)
        unsafe rd_kafka_AdminOptions_set_request_timeout(options, time, &text, text.count)
        if operation == RD_KAFKA_ADMIN_OP_CREATETOPICS || operation == RD_KAFKA_ADMIN_OP_DELETETOPICS
            || operation == RD_KAFKA_ADMIN_OP_DELETERECORDS
        {
            unsafe rd_kafka_AdminOptions_set_operation_timeout(options, time, &text, text.count)
        }
        if let broker { unsafe rd_kafka_AdminOptions_set_broker(options, broker, &text, text.count) }
        guard let queue = unsafe queue, let options = unsafe options else { throw KafkaError(RD_KAFKA_RESP_ERR__FAIL) }
        unsafe send(options, queue)
        guard let event = unsafe rd_kafka_queue_poll(queue, time + 1_000) else { throw KafkaError(RD_KAFKA_RESP_ERR__TIMED_OUT) }
        let code = unsafe rd_kafka_event_error(event)
        if code != RD_KAFKA_RESP_ERR_NO_ERROR {
            let error = unsafe KafkaError(code, rd_kafka_event_error_string(event).map { unsafe String(cString: $0) })
            unsafe rd_kafka_event_destroy(event)
            throw error
        }
        return unsafe event
    }
}
