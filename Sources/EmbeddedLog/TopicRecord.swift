internal import EventLog
internal import StreamCore

/// A topic's declaration as the database keeps it.
enum TopicRecord {
    private static let version: UInt8 = 1

    static func encode(_ spec: TopicSpec) -> [UInt8] {
        var writer = ByteWriter()
        writer.byte(version)
        writer.text(spec.name)
        writer.varint(UInt64(spec.partitions))
        writer.byte(spec.isInternal ? 1 : 0)
        writer.byte(spec.key == nil ? 0 : 1)
        writer.text(spec.key ?? "")
        switch spec.cleanup {
        case .retain(let time, let bytes):
            writer.byte(0)
            writer.signed(time.map { EventTime.Span($0).microseconds } ?? -1)
            writer.signed(bytes.map { Int64($0) } ?? -1)
        case .compact(let tombstones):
            writer.byte(1)
            writer.signed(EventTime.Span(tombstones).microseconds)
        }
        return writer.bytes
    }

    static func decode(_ reader: inout ByteReader) throws(DecodeFailure) -> TopicSpec {
        let found = try reader.byte()
        guard found == version else { throw DecodeFailure("a topic of version \(found); this program reads \(version)") }
        let name = try reader.text()
        let partitions = try reader.varint()
        guard partitions > 0, partitions <= maximumPartitions else { throw DecodeFailure("topic \(name) of \(partitions) partitions") }
        let isInternal = try reader.byte() == 1
        let hasKey = try reader.byte() == 1
        let key = try reader.text()
        let cleanup: TopicSpec.Cleanup
        if try reader.byte() == 0 {
            let time = try reader.signed()
            let bytes = try reader.signed()
            cleanup = .retain(time: time < 0 ? nil : .microseconds(time), bytes: bytes < 0 ? nil : Int(bytes))
        } else {
            cleanup = .compact(tombstones: .microseconds(try reader.signed()))
        }
        return TopicSpec(name, partitions: Int(partitions), key: hasKey ? key : nil, cleanup: cleanup, isInternal: isInternal)
    }

    /// More partitions than any topic has use for; a larger number is a slip.
    static let maximumPartitions = 65_536
}
