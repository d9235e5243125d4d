import EventLog
@testable import Inspection
import StreamCore
import Wire

extension FuzzTarget {
    /// The body of a publish request: the first byte chooses the format. Every record lands in its key's partition, a refusal names the
    /// line, and what `tail --json` prints of a record can be published again.
    static func publishedLines(_ bytes: UnsafeRawBufferPointer) throws {
        guard let choice = unsafe bytes.first else { return }
        let body = unsafe Array(bytes.dropFirst())
        let spec = TopicSpec("fuzz", partitions: 3, key: choice & 2 == 0 ? nil : "a.b")
        let format: PublishedLines.Format = choice & 1 == 0 ? .records : .values
        var lines = PublishedLines(spec, format, key: choice & 4 == 0 ? nil : "fixed", now: EventTime(microseconds: 1), firstLine: 1)
        let read: (batches: [PartitionBatch], count: Int)
        do throws(Refusal) {
            read = try lines.read(body)
        } catch {
            try require(error.status == 422 && error.message.hasPrefix("line "), "a refusal that names no line: \(error)")
            return
        }
        try require(read.batches.reduce(0) { $0 + $1.batch.count } == read.count, "\(read.count) records are said, others are there")
        for batch in read.batches {
            for record in batch.batch.records {
                let place = Partitioner.partition(of: record.key ?? record.value ?? [], among: spec.partitions)
                try require(place == batch.partition.partition, "a record in another partition than its key's")
            }
            for index in 0..<batch.batch.count { try comesBack(index, of: batch) }
        }
    }

    private static func comesBack(_ index: Int, of batch: PartitionBatch) throws {
        var writer = ByteWriter()
        RecordLine().write(index, of: batch.batch, in: batch.partition, into: &writer)
        let line = writer.bytes.dropLast()
        try require(!line.contains(0x0a), "a record on two lines")
        let reader = RecordLineReader(keyField: nil, time: .distantPast)
        let again = try unsafe Array(line).withUnsafeBytes { bytes in
            try unsafe JSONParser.withPadding(bytes) { padded throws(DecodeFailure) in try unsafe reader.record(padded) }
        }
        try require(again.key == batch.batch.record(index).key, "a key that changes on its way through tail")
    }
}
