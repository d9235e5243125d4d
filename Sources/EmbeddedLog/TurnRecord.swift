internal import StreamCore

/// The committed epoch of a turn as the database keeps it.
enum TurnRecord {
    static func encode(_ epoch: Epoch) -> [UInt8] {
        var writer = ByteWriter(capacity: 8)
        writer.word(epoch.number)
        return writer.bytes
    }

    static func decode(_ bytes: [UInt8]) throws(DecodeFailure) -> Epoch {
        try ByteReader.read(bytes) { reader throws(DecodeFailure) in Epoch(try reader.word()) }
    }
}
