internal import StreamCore

/// Event time as Kafka carries it. Its timestamps are milliseconds, and librdkafka takes 0 for "now"; what does not fit goes into a header
/// of ours, which is believed only while it agrees with the timestamp.
enum EventTimeOnWire {
    /// The header: microseconds since the epoch, 8 bytes, least significant first.
    static let header = "linehaul.time"

    /// The timestamp of a record of that time.
    static func timestamp(_ time: EventTime) -> Int64 { max(1, time.milliseconds) }

    /// Whether the timestamp alone would not give the time back.
    static func needsHeader(_ time: EventTime) -> Bool {
        let (product, overflow) = timestamp(time).multipliedReportingOverflow(by: 1_000)
        return overflow || product != time.microseconds
    }

    /// The time of a record with that timestamp; a record without one stands before all others.
    static func time(timestamp: Int64) -> EventTime { timestamp < 0 ? .distantPast : EventTime(milliseconds: timestamp) }

    /// The time that the header's value says, unless the timestamp says otherwise.
    static func time(header value: UnsafeRawBufferPointer?, timestamp: Int64) -> EventTime? {
        guard let value = unsafe value, value.count == 8 else { return nil }
        let time = EventTime(microseconds: Int64(littleEndian: unsafe value.loadUnaligned(as: Int64.self)))
        return Self.timestamp(time) == timestamp ? time : nil
    }
}
