internal import Dispatch
internal import EventLog
internal import HTTPServer
internal import StreamCore

/// Writes the records that a caller wants as lines into the body of an answer: on a thread of its own, until all are written, or as
/// long as the caller follows.
final class RecordStream {
    private let reader: any LogReader
    private let query: RecordQuery
    private let arrival: DispatchSemaphore
    private let line = RecordLine()
    private var sources: [Source] = []
    private var sent = 0

    private struct Source {
        let partition: TopicPartition
        /// Where it stops where nobody follows.
        let end: Offset
        var position: Offset
    }

    /// How long a thread waits for records before it asks whether the caller is still there.
    private static let patience = DispatchTimeInterval.milliseconds(500)
    /// How often in a row it waits for records that must come.
    private static let mostSilences = 40
    /// How long it waits for a caller who reads slower than it writes.
    private static let pause = DispatchTimeInterval.milliseconds(10)
    private static let readBytes = 256 << 10

    /// A stream over a topic; fails, with nothing begun, where the topic or the start is not there.
    init(_ query: RecordQuery, of topic: String, in log: any EventLog) throws {
        let status = try log.status(of: topic)
        if let partition = query.partition, partition.index >= status.partitions.count {
            throw Refusal.parameter("partition", "\(topic) has \(status.partitions.count) partitions")
        }
        let arrival = DispatchSemaphore(value: 0)
        self.query = query
        self.arrival = arrival
        reader = try log.makeReader { arrival.signal() }
        for part in status.partitions where query.partition == nil || part.partition == query.partition {
            let partition = TopicPartition(topic, part.partition)
            let start = try query.offset(in: partition, part.bounds, log)
            try reader.assign(partition, from: start)
            sources.append(Source(partition: partition, end: part.bounds.committed, position: start))
        }
    }

    deinit { reader.close() }

    /// Writes until it is done or nobody wants more; ends the body, except after a failure, where the cut shows that something is missing.
    func run(into body: HTTPBodyStream) {
        do {
            var silences = 0
            while body.isWanted, !isDone {
                if try round(body) {
                    silences = 0
                    continue
                }
                if !query.follows, sources.allSatisfy({ $0.position >= $0.end }) { break }
                if arrival.wait(timeout: .now() + RecordStream.patience) == .timedOut { silences += 1 }
                // Of records that are there none has come: the log is away.
                if !query.follows, silences > RecordStream.mostSilences { return }
            }
            body.end()
        } catch {
            return
        }
    }

    private var isDone: Bool { query.limit.map { sent >= $0 } ?? false }

    /// Reads each partition once; whether there was anything.
    private func round(_ body: HTTPBodyStream) throws -> Bool {
        var moved = false
        for index in sources.indices where query.follows || sources[index].position < sources[index].end {
            guard let batch = try reader.next(sources[index].partition, upTo: RecordStream.readBytes) else {
                // A log on other machines has nothing yet before it has fetched; what is committed may end in marks that are no records.
                if !query.follows, try reader.isAtEnd(sources[index].partition) {
                    sources[index].position = max(sources[index].position, sources[index].end)
                    moved = true
                }
                continue
            }
            moved = true
            sources[index].position = batch.next
            var out = ByteWriter(capacity: RecordStream.readBytes)
            for record in 0..<batch.count where isWanted(record, of: batch, before: sources[index].end) {
                line.write(record, of: batch, in: sources[index].partition, into: &out)
                sent += 1
            }
            if !write(out.bytes, body) { return false }
            if isDone { break }
        }
        return moved
    }

    private func isWanted(_ index: Int, of batch: RecordBatch, before end: Offset) -> Bool {
        if isDone || (!query.follows && batch.offset(index) >= end) { return false }
        guard let key = query.key else { return true }
        return unsafe batch.withKey(index) { unsafe $0?.elementsEqual(key) ?? false }
    }

    private func write(_ bytes: [UInt8], _ body: HTTPBodyStream) -> Bool {
        if bytes.isEmpty { return true }
        while true {
            switch body.write(bytes) {
            case .accepted: return true
            case .unwanted: return false
            case .full: _ = arrival.wait(timeout: .now() + RecordStream.pause)
            }
        }
    }
}
