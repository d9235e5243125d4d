@testable import EmbeddedLog
import EventLog
import StreamCore

extension FuzzTarget {
    /// What the embedded log keeps beside its batches: the first byte chooses topic, partition, index entry or turn. What was read
    /// reads the same from its own form.
    static func logRecords(_ bytes: UnsafeRawBufferPointer) throws {
        guard let choice = unsafe bytes.first else { return }
        let form = unsafe Array(bytes.dropFirst())
        switch choice % 4 {
        case 0:
            guard let spec = try? read(form, TopicRecord.decode) else { return }
            try require(try read(TopicRecord.encode(spec), TopicRecord.decode) == spec, "a topic that its own form changes: \(spec)")
        case 1:
            guard let partition = try? read(form, PartitionRecord.init) else { return }
            try require(partition.encoded.elementsEqual(form.prefix(56)), "a partition that its own form changes")
        case 2:
            guard let entry = try? read(form, { reader throws(DecodeFailure) in try IndexEntry(base: Offset(5), &reader) }) else { return }
            try require(entry.encoded.elementsEqual(form.prefix(32)), "an index entry that its own form changes")
        default:
            guard let epoch = try? TurnRecord.decode(form) else { return }
            try require(TurnRecord.encode(epoch).elementsEqual(form.prefix(8)), "a turn that its own form changes")
        }
    }

    private static func read<Value>(_ bytes: [UInt8], _ body: (inout ByteReader) throws(DecodeFailure) -> Value) throws(DecodeFailure) -> Value {
        try ByteReader.read(bytes, body)
    }
}
