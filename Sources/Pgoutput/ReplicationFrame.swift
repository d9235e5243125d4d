public import StreamCore

/// What the server sends while it streams: a piece of the log, or a sign that it is there. Protocol: "Streaming Replication Protocol".
public enum ReplicationFrame: Hashable, Sendable {
    /// A message of the output plugin. `start` is where it stands in the log, 0 for one that stands nowhere, such as a relation.
    case data(start: LogPosition, payload: [UInt8])
    /// A sign of life: everything before `end` has been sent. Where `replyRequested`, silence would end the connection.
    case keepAlive(end: LogPosition, replyRequested: Bool)

    /// Reads one frame.
    public init(_ bytes: UnsafeRawBufferPointer) throws(DecodeFailure) {
        self = try unsafe ByteReader.read(bytes) { reader throws(DecodeFailure) in
            switch try reader.byte() {
            case UInt8(ascii: "w"):
                let start = LogPosition(try reader.ordered())
                _ = try reader.raw(16)
                return .data(start: start, payload: reader.rest())
            case UInt8(ascii: "k"):
                let end = LogPosition(try reader.ordered())
                _ = try reader.raw(8)
                return .keepAlive(end: end, replyRequested: try reader.byte() != 0)
            case let other: throw DecodeFailure("a replication frame of kind \(other); known are w and k")
            }
        }
    }

    /// What a client answers with: how far it has written, and how far the server may forget. `asksBack` asks for a sign of life at once.
    public static func status(flushed: LogPosition, at now: EventTime, asksBack: Bool = false) -> [UInt8] {
        var writer = ByteWriter(capacity: 34)
        writer.byte(UInt8(ascii: "r"))
        for _ in 0..<3 { writer.ordered(flushed.number) }
        writer.ordered(UInt64(bitPattern: now.postgres))
        writer.byte(asksBack ? 1 : 0)
        return writer.bytes
    }
}
