internal import Foundation
public import StreamCore

/// Where a client stands in everything it follows, as text that it gives back to go on there: opaque to it, and good in any process.
///
/// Its bytes, in base64url: a version, then for each topic two bytes of the hash of its name and its partitions' offsets, then four bytes of
/// the hash of all that. The hashes tell a token from anything else; they keep nobody from making one, which gives no more rights than
/// `earliest` would.
public enum ResumeToken {
    private static let version: UInt8 = 1

    /// The token of positions in those topics.
    public static func text(of positions: FeedPositions, in topics: TopicSet, _ catalog: FeedCatalog) -> String {
        var writer = ByteWriter(capacity: 64)
        writer.byte(version)
        for topic in topics.indices {
            writer.word(mark(of: catalog.topics[topic].name))
            let partitions = positions.partitions(of: topic)
            writer.varint(UInt64(partitions.count))
            for partition in partitions { writer.varint(UInt64(positions[topic, Partition(partition)].number)) }
        }
        writer.word(UInt32(truncatingIfNeeded: xxh3(writer.bytes)))
        return base64URL(writer.bytes)
    }

    /// The positions that a token stands for. A topic that it does not speak of stands where `present` does; a partition that came to be
    /// after it stands at its start.
    public static func positions(
        from text: String, otherwise present: FeedPositions, _ catalog: FeedCatalog
    ) throws(DecodeFailure) -> FeedPositions {
        guard text.utf8.count <= 16_384, let bytes = unbase64URL(text), bytes.count >= 5 else { throw DecodeFailure("no resume token") }
        let sum = UInt32(truncatingIfNeeded: xxh3(Array(bytes.dropLast(4))))
        return try ByteReader.read(bytes) { reader throws(DecodeFailure) in
            var positions = present
            let version = try reader.byte()
            while reader.remaining > 4 {
                let mark: UInt16 = try reader.word()
                let topic = catalog.topics.firstIndex { Self.mark(of: $0.name) == mark }
                let count = try reader.count()
                var offsets: [Offset] = []
                for _ in 0..<count {
                    guard let offset = Int64(exactly: try reader.varint()) else { throw DecodeFailure("an offset beyond any log") }
                    offsets.append(Offset(offset))
                }
                // One that is not followed any more says nothing.
                guard let topic else { continue }
                let partitions = positions.partitions(of: topic)
                guard count <= partitions.count else { throw DecodeFailure("a token of more partitions than \(catalog.topics[topic].name) has") }
                for partition in partitions { positions[topic, Partition(partition)] = partition < count ? offsets[partition] : .zero }
            }
            guard try reader.word(UInt32.self) == sum else { throw DecodeFailure("a damaged resume token") }
            guard version == Self.version else { throw DecodeFailure("a resume token of version \(version)") }
            return positions
        }
    }

    private static func mark(of topic: String) -> UInt16 { UInt16(truncatingIfNeeded: xxh3(Array(topic.utf8))) }

    private static func base64URL(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    private static func unbase64URL(_ text: String) -> [UInt8]? {
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        return Data(base64Encoded: text.replacing("-", with: "+").replacing("_", with: "/") + padding).map(Array.init)
    }
}
