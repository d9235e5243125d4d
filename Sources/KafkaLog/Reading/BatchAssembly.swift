internal import CRdKafka
internal import StreamCore

/// Makes one batch of fetched messages: measures them first, so that each byte is copied once, to where it stays.
struct BatchAssembly {
    private var base = Offset.zero
    private var bytes = 0
    private var headers = ByteWriter(capacity: 1_024)
    /// The encoded length of each message's headers, and the time that ours among them said.
    private var measured: [(headers: Int, time: EventTime)] = []

    /// Far below what offsets within a batch can express.
    private static let span = Int64(Int32.max)
    /// Far below what a batch can hold.
    private static let largest = 1 << 30

    mutating func begin(at base: Offset) {
        self.base = base
        bytes = 0
        headers.removeAll()
        measured.removeAll(keepingCapacity: true)
    }

    /// Whether the message may join those measured so far; the first always may.
    func fits(_ message: UnsafeMutablePointer<rd_kafka_message_t>, upTo limit: Int) -> Bool {
        if measured.isEmpty { return true }
        return unsafe bytes < min(limit, Self.largest) && message.pointee.offset - base.number < Self.span
    }

    mutating func measure(_ message: UnsafeMutablePointer<rd_kafka_message_t>) {
        var kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        let timestamp = unsafe rd_kafka_message_timestamp(message, &kind)
        var time = EventTimeOnWire.time(timestamp: kind == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE ? -1 : timestamp)
        let before = headers.count
        var found: OpaquePointer?
        if unsafe rd_kafka_message_headers(message, &found) == RD_KAFKA_RESP_ERR_NO_ERROR, let found = unsafe found {
            unsafe encode(found, timestamp, &time)
        }
        let length = headers.count - before
        unsafe bytes += message.pointee.key_len + message.pointee.len + length
        measured.append((length, time))
    }

    /// Encodes the headers, all but our own, whose time it takes.
    private mutating func encode(_ found: OpaquePointer, _ timestamp: Int64, _ time: inout EventTime) {
        let count = unsafe rd_kafka_header_cnt(found)
        var own: Int?
        unsafe forEach(found, count) { index, name, value in
            guard own == nil, name == EventTimeOnWire.header, let exact = unsafe EventTimeOnWire.time(header: value, timestamp: timestamp) else { return }
            own = index
            time = exact
        }
        if count == 0 || count == 1 && own != nil { return }
        headers.varint(UInt64(own == nil ? count : count - 1))
        unsafe forEach(found, count) { index, name, value in
            if index != own { unsafe headers.header(name, value) }
        }
    }

    /// Lends each header; a name that is not UTF-8 is repaired, a null value told from an empty one.
    private func forEach(_ headers: OpaquePointer, _ count: Int, _ body: (Int, String, UnsafeRawBufferPointer?) -> Void) {
        for index in 0..<count {
            var name: UnsafePointer<CChar>?
            var value: UnsafeRawPointer?
            var size = 0
            guard unsafe rd_kafka_header_get_all(headers, index, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR else { break }
            let bytes = unsafe value.map { unsafe UnsafeRawBufferPointer(start: $0, count: size) }
            unsafe body(index, name.map { unsafe String(cString: $0) } ?? "", bytes)
        }
    }

    /// The batch of the messages that were measured, in that order.
    func build(_ messages: UnsafeMutableBufferPointer<UnsafeMutablePointer<rd_kafka_message_t>?>) -> RecordBatch {
        unsafe headers.bytes.withUnsafeBytes { headers in
            RecordBatch.assembling(count: measured.count, bytes: bytes, base: base) { batch in
                var at = 0
                for (index, part) in measured.enumerated() {
                    guard let message = unsafe messages[index]?.pointee else { continue }
                    let key = unsafe message.key.map { unsafe UnsafeRawBufferPointer(start: $0, count: message.key_len) }
                    let value = unsafe message.payload.map { unsafe UnsafeRawBufferPointer(start: $0, count: message.len) }
                    unsafe batch.append(
                        offset: Offset(message.offset), time: part.time, key: key,
                        headers: UnsafeRawBufferPointer(rebasing: headers[at..<at + part.headers]), value: value)
                    at += part.headers
                }
            }
        }
    }
}
