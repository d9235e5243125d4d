internal import CRdKafka
internal import EventLog

/// The properties of a client, by librdkafka's names, in the order in which they are set.
struct ClientProperties: Sendable {
    private(set) var values: [(name: String, value: String)] = []
    private(set) var events: Int32 = 0

    mutating func set(_ name: String, _ value: String) {
        values.removeAll { $0.name == name }
        values.append((name, value))
    }

    mutating func set(_ name: String, _ value: Int) { set(name, String(value)) }
    mutating func set(_ name: String, _ value: Bool) { set(name, value ? "true" : "false") }

    mutating func deliver(_ events: Int32) { self.events |= events }
}

/// librdkafka's configuration object for the time until a client takes it.
@safe struct ClientConfiguration: ~Copyable {
    // SAFETY: created in `init`; either the client takes it, or `deinit` frees it.
    private var handle: OpaquePointer?

    /// Names whose values are secrets: librdkafka's own message about them would repeat the value.
    private static let secrets: Set = ["sasl.password", "ssl.key.password", "ssl.key.pem"]

    init(_ properties: ClientProperties, _ sink: LogSink, _ doing: String) throws(LogFailure) {
        unsafe handle = rd_kafka_conf_new()
        for (name, value) in properties.values {
            var text = [CChar](repeating: 0, count: 512)
            let outcome = unsafe rd_kafka_conf_set(handle, name, value, &text, text.count)
            if outcome == RD_KAFKA_CONF_OK { continue }
            let reason = Self.secrets.contains(name) ? "the value is refused" : text.text
            throw LogFailure(.refused, "\(doing): property \(name): \(reason); correct the log's settings")
        }
        unsafe rd_kafka_conf_set_events(handle, properties.events)
        unsafe rd_kafka_conf_set_opaque(handle, Unmanaged.passUnretained(sink).toOpaque())
        unsafe rd_kafka_conf_set_log_cb(handle) { client, level, facility, text in
            guard let client = unsafe client, let opaque = unsafe rd_kafka_opaque(client) else { return }
            let sink = unsafe Unmanaged<LogSink>.fromOpaque(opaque).takeUnretainedValue()
            unsafe sink.log(level, facility.map { unsafe String(cString: $0) } ?? "", text.map { unsafe String(cString: $0) } ?? "")
        }
    }

    deinit { if let handle = unsafe handle { unsafe rd_kafka_conf_destroy(handle) } }

    consuming func makeClient(_ type: rd_kafka_type_t, _ doing: String) throws(LogFailure) -> OpaquePointer {
        var text = [CChar](repeating: 0, count: 512)
        guard let client = unsafe rd_kafka_new(type, handle, &text, text.count) else {
            throw LogFailure(.refused, "\(doing): \(text.text); correct the log's settings")
        }
        unsafe handle = nil
        return unsafe client
    }
}
