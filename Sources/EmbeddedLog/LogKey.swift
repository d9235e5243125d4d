internal import StreamCore

/// The keys of the log's database. Numbers are big-endian, so that a partition's batches lie in offset order.
///
/// `T topic` → its declaration · `P topic partition` → where it begins and ends · `I topic partition base` → what is known of a
/// batch without reading it · `B topic partition base` → the batch · `E topic partition` → the committed epoch of a turn ·
/// `A era` → the first commit of a memtable's worth · `H` → the newest commit.
enum LogKey {
    static let head: [UInt8] = [tag("H")]
    static let topics = range("T")
    static let eras = range("A")
    static let batches = [range("B"), range("I")]

    static func topic(_ id: UInt32) -> [UInt8] { key("T", id) }
    static func era(_ number: UInt64) -> [UInt8] { key("A", number) }
    static func partition(_ id: PartitionID) -> [UInt8] { key("P", id.topic, id.partition) }
    static func turn(_ id: PartitionID) -> [UInt8] { key("E", id.topic, id.partition) }
    static func index(_ id: PartitionID, _ base: Offset) -> [UInt8] { key("I", id.topic, id.partition, UInt64(bitPattern: base.number)) }
    static func batch(_ id: PartitionID, _ base: Offset) -> [UInt8] { key("B", id.topic, id.partition, UInt64(bitPattern: base.number)) }

    /// Everything of one topic under each tag that has more than one key a topic, for its deletion.
    static func all(of topic: UInt32) -> [(lower: [UInt8], upper: [UInt8])] {
        ["P", "I", "B", "E"].map { (key($0, topic), key($0, topic + 1)) }
    }

    /// The base offset at the end of an index or batch key.
    static func base(_ key: UnsafeRawBufferPointer) -> Offset? {
        guard key.count == 17 else { return nil }
        return Offset(Int64(bitPattern: UInt64(bigEndian: unsafe key.loadUnaligned(fromByteOffset: 9, as: UInt64.self))))
    }

    private static func tag(_ letter: Unicode.Scalar) -> UInt8 { UInt8(truncatingIfNeeded: letter.value) }

    private static func range(_ letter: Unicode.Scalar) -> (lower: [UInt8], upper: [UInt8]) { ([tag(letter)], [tag(letter) + 1]) }

    private static func key<each Part: FixedWidthInteger & UnsignedInteger & BitwiseCopyable>(
        _ letter: Unicode.Scalar, _ part: repeat each Part
    ) -> [UInt8] {
        var writer = ByteWriter(capacity: 17)
        writer.byte(tag(letter))
        repeat writer.ordered(each part)
        return writer.bytes
    }
}

/// A partition by its topic's number: what keys are made of. Numbers are never used again, so a deleted topic's keys stay its own.
struct PartitionID: Hashable, Sendable {
    let topic: UInt32
    let partition: UInt32
}
