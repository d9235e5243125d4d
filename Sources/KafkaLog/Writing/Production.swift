internal import CRdKafka
internal import EventLog
internal import StreamCore

/// Gives batches to a producer record by record, each copied into librdkafka's own memory.
struct Production {
    private let client: KafkaClient
    private var topics: [String: TopicHandle] = [:]

    init(_ client: KafkaClient) { self.client = client }

    /// Gives the records of a batch away. The first, or each, carries `mark` to its report. `full` is called when the producer's memory is
    /// used up, and says whether to try again.
    mutating func give(
        _ item: PartitionBatch, mark: Int, marksAll: Bool = false, _ gave: () -> Void, full: () throws(LogFailure) -> Bool
    ) throws(LogFailure) {
        if item.batch.isEmpty { return }
        let topic = try topic(item.partition.topic)
        for index in 0..<item.batch.count {
            while true {
                let opaque = unsafe index == 0 || marksAll ? UnsafeMutableRawPointer(bitPattern: mark + 1) : nil
                guard let error = unsafe give(index, of: item, topic, opaque) else { break }
                if error.code == RD_KAFKA_RESP_ERR__QUEUE_FULL, try full() { continue }
                throw error.failure("writing to \(item.partition)")
            }
            gave()
        }
    }

    private func give(_ index: Int, of item: PartitionBatch, _ topic: TopicHandle, _ opaque: UnsafeMutableRawPointer?) -> KafkaError? {
        let time = item.batch.time(index)
        let headers = unsafe Self.headers(of: item.batch, index, time)
        let error = unsafe item.batch.withKey(index) { key in
            unsafe item.batch.withValue(index) { value in
                unsafe linehaul_produce(
                    client.handle, topic.handle, item.partition.partition.number, key?.baseAddress, key?.count ?? 0, value?.baseAddress,
                    value?.count ?? 0, EventTimeOnWire.timestamp(time), headers, opaque)
            }
        }
        guard let error = unsafe error else { return nil }
        if let headers = unsafe headers { unsafe rd_kafka_headers_destroy(headers) }
        return unsafe KafkaError(owning: error)
    }

    /// The record's headers, and ours where its time needs it; `nil` for none.
    private static func headers(of batch: RecordBatch, _ index: Int, _ time: EventTime) -> OpaquePointer? {
        let own = batch.headers(index)
        let needsTime = EventTimeOnWire.needsHeader(time)
        if own.isEmpty, !needsTime { return nil }
        let headers = unsafe rd_kafka_headers_new(own.count + 1)
        for header in own {
            if let value = header.value {
                unsafe value.withUnsafeBytes { unsafe add(headers, header.name, UnsafeRawBufferPointer($0)) }
            } else {
                unsafe rd_kafka_header_add(headers, header.name, -1, nil, 0)
            }
        }
        if needsTime { unsafe withUnsafeBytes(of: time.microseconds.littleEndian) { unsafe add(headers, EventTimeOnWire.header, $0) } }
        return unsafe headers
    }

    private static func add(_ headers: OpaquePointer?, _ name: String, _ value: UnsafeRawBufferPointer) {
        // An empty value still has an address: without one it would be null.
        let start = unsafe value.baseAddress ?? UnsafeRawPointer(bitPattern: 1)
        unsafe rd_kafka_header_add(headers, name, -1, start, value.count)
    }

    private mutating func topic(_ name: String) throws(LogFailure) -> TopicHandle {
        if let known = topics[name] { return known }
        let topic = try TopicHandle(client, name)
        topics[name] = topic
        return topic
    }
}
