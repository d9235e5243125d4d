internal import EventLog
internal import StreamCore
internal import Wire

/// Reads the body of a publish request, a record a line, into a batch for each partition; all of it, or a refusal that names the line.
///
/// A record without a key of its own is keyed by the field that its topic declares, so that jobs which count on it find it there; one
/// without either goes by its value, so that the same body is spread the same way.
struct PublishedLines {
    /// How lines are written.
    enum Format: String, CaseIterable {
        /// A line is a value.
        case values
        /// A line is an object of `key`, `value`, `headers` and `timestamp`.
        case records
    }

    private let topic: String
    private let partitions: Int
    private let format: Format
    private let fixedKey: [UInt8]?
    private let now: EventTime
    private let firstLine: Int
    /// Where a value has its key, as the topic declares it.
    private let field: JSONProjection?
    private let reader: RecordLineReader
    private let parser = JSONParser()
    private var builders: [BatchBuilder?]
    private var count = 0

    init(_ spec: TopicSpec, _ format: Format, key: String?, now: EventTime, firstLine: Int) {
        topic = spec.name
        partitions = spec.partitions
        self.format = format
        fixedKey = key.map { Array($0.utf8) }
        self.now = now
        self.firstLine = firstLine
        field = spec.key.map { JSONProjection(paths: KeyField.paths($0)) }
        reader = RecordLineReader(keyField: spec.key, time: now)
        builders = Array(repeating: nil, count: spec.partitions)
    }

    /// The batches of `body`, and how many records they hold.
    mutating func read(_ body: [UInt8]) throws(Refusal) -> (batches: [PartitionBatch], count: Int) {
        try unsafe body.withUnsafeBufferPointer { pointer throws(Refusal) in
            try unsafe JSONParser.withPadding(UnsafeRawBufferPointer(pointer)) { bytes throws(Refusal) in try unsafe readLines(bytes) }
        }
        var batches: [PartitionBatch] = []
        for partition in builders.indices {
            guard var builder = builders[partition].take() else { continue }
            batches.append(PartitionBatch(TopicPartition(topic, Partition(partition)), builder.finish()))
        }
        return (batches, count)
    }

    private mutating func readLines(_ bytes: UnsafeRawBufferPointer) throws(Refusal) {
        var number = firstLine
        var start = 0
        while start < bytes.count {
            let end = unsafe bytes[start...].firstIndex(of: 0x0a) ?? bytes.count
            let cut = unsafe end > start && bytes[end - 1] == 0x0d ? end - 1 : end
            if cut > start {
                try unsafe take(UnsafeRawBufferPointer(rebasing: bytes[start..<cut]), line: number)
                count += 1
            }
            number += 1
            start = end + 1
        }
    }

    private mutating func take(_ line: UnsafeRawBufferPointer, line number: Int) throws(Refusal) {
        switch format {
        case .values:
            let key = unsafe fixedKey ?? fieldKey(of: line)
            let partition = unsafe partition(key, value: line)
            let moment = now
            with(partition) { builder in builder.append(key: key, time: moment) { unsafe $0.raw(line) } }
        case .records:
            do throws(DecodeFailure) {
                var record = try unsafe reader.record(line)
                record.key = fixedKey ?? record.key
                let value: [UInt8] = record.value ?? []
                let place = unsafe value.withUnsafeBytes { unsafe partition(record.key, value: $0) }
                with(place) { $0.append(record) }
            } catch {
                throw Refusal(
                    422, "INVALID_LINE", "line \(number): \(error.reason); nothing of this request was written",
                    details: [Refusal.Issue(field: "line \(number)", issue: error.reason)])
            }
        }
    }

    private mutating func with(_ partition: Int, _ body: (inout BatchBuilder) -> Void) {
        var builder = builders[partition].take() ?? BatchBuilder(capacity: 16_384)
        body(&builder)
        builders[partition] = builder
    }

    private func partition(_ key: [UInt8]?, value: UnsafeRawBufferPointer) -> Int {
        if let key { return Partitioner.partition(of: key, among: partitions).index }
        return unsafe Partitioner.partition(of: value, among: partitions).index
    }

    private func fieldKey(of line: UnsafeRawBufferPointer) -> [UInt8]? {
        guard let field else { return nil }
        return (try? unsafe parser.project(field, line) { fields throws(DecodeFailure) in fields.firstScalar(in: 0..<4) }) ?? nil
    }
}
