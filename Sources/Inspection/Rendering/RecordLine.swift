public import StreamCore

/// Writes records as the lines that `tail` prints: `{topic, partition, offset, timestamp, key, value, headers}`, the value as JSON where
/// it is JSON.
public struct RecordLine {
    private let text = ValueText()

    /// A writer of lines; confined to its thread.
    public init() {}

    /// Appends record `index` of a batch of `partition` and a newline.
    public func write(_ index: Int, of batch: RecordBatch, in partition: TopicPartition, into out: inout ByteWriter) {
        out.raw(#"{"topic":"#.utf8)
        out.jsonString(partition.topic)
        out.raw(#","partition":\#(partition.partition),"offset":\#(batch.offset(index)),"timestamp":"#.utf8)
        out.jsonString(batch.time(index).rfc3339)
        out.byte(UInt8(ascii: ","))
        unsafe batch.withKey(index) { unsafe text.member("key", text: $0, into: &out) }
        out.byte(UInt8(ascii: ","))
        unsafe batch.withValue(index) { unsafe text.member("value", document: $0, into: &out) }
        out.raw(#","headers":{"#.utf8)
        for (at, header) in batch.headers(index).enumerated() {
            if at > 0 { out.byte(UInt8(ascii: ",")) }
            unsafe (header.value ?? []).withUnsafeBytes { bytes in
                unsafe text.member(header.name, text: header.value == nil ? nil : bytes, into: &out)
            }
        }
        out.raw("}}\n".utf8)
    }
}
