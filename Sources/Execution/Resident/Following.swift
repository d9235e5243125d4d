internal import Dataflow
internal import EventLog
internal import StreamCore

/// Reads whole inlets for one resident stage, partition by partition, from where each inlet says. Confined to its stage's thread.
final class Following {
    private struct Cursor {
        let inlet: String
        let partition: TopicPartition
        var position: Offset
        /// As far as it has to be read before the stage has caught up; `nil` once it has been, or where it need not be.
        var awaited: Offset?
        /// Whether deletions in it mean something: it is read as a table.
        let isTable: Bool
        /// When it was last known to be read to its end.
        var atEnd: EventTime
    }

    private let log: any EventLog
    private let job: String
    private let wake: @Sendable () -> Void
    private var reader: (any LogReader)?
    private var cursors: [Cursor] = []
    /// Whether everything that had to be read first has been.
    private(set) var hasCaughtUp = false

    /// Begins anew, at the start or the end of each partition.
    init(
        _ inlets: [(name: String, binding: JobBindings.Inlet)], reachingBack back: [String: Duration], of log: any EventLog,
        for job: String, at now: EventTime, waking wake: @escaping @Sendable () -> Void
    ) throws(StageFailure) {
        self.log = log
        self.job = job
        self.wake = wake
        for (name, binding) in inlets {
            for number in 0..<binding.topic.partitions {
                let partition = TopicPartition(binding.topic.name, Partition(number))
                do throws(LogFailure) {
                    let whole = binding.settings.readToEnd
                    let since = back[name].map { StartPosition.time(now.advanced(by: -EventTime.Span($0))) }
                    let start = try log.resolve(since ?? (whole || binding.start == .earliest ? .earliest : .latest), in: partition)
                    let end = whole ? try log.bounds(of: partition).committed : nil
                    cursors.append(
                        Cursor(inlet: name, partition: partition, position: start, awaited: end, isTable: whole, atEnd: now))
                } catch {
                    throw StageFailure("finding where \(partition) begins", error)
                }
            }
        }
    }

    deinit { reader?.close() }

    /// Reads what there is of each partition, `bytes` of it at the most, and hands it on. How many records that was.
    func step(at now: EventTime, _ bytes: Int, into stage: any Resident) throws(StageFailure) -> Int {
        let reader = try opened()
        var count = 0
        for index in cursors.indices {
            let partition = cursors[index].partition
            var batch: RecordBatch?
            do throws(LogFailure) {
                batch = try reader.next(partition, upTo: bytes)
                if batch == nil, try reader.isAtEnd(partition) {
                    cursors[index].atEnd = now
                    cursors[index].awaited = nil
                }
            } catch {
                close()
                throw StageFailure("reading \(partition)", error)
            }
            guard let batch else { continue }
            if cursors[index].isTable, hasCaughtUp, now.since(cursors[index].atEnd) > InternalTopics.tombstones.half {
                throw StageFailure(
                    "reading \(partition): it was last read to its end at \(cursors[index].atEnd.rfc3339), so deletions since may be gone; all of it is "
                        + "read again", blame: .system)
            }
            try stage.take(batch, of: partition, from: cursors[index].inlet)
            cursors[index].position = batch.next
            if let awaited = cursors[index].awaited, batch.next >= awaited { cursors[index].awaited = nil }
            count += batch.count
        }
        if count > 0 { try stage.roundEnded() }
        if !hasCaughtUp, cursors.allSatisfy({ $0.awaited == nil }) {
            hasCaughtUp = true
            try stage.caughtUp()
        }
        return count
    }

    /// What is read, for inspection.
    var snapshots: [TaskSnapshot.Inlet] {
        cursors.map { cursor in
            let end = reader?.knownEnd(cursor.partition) ?? cursor.position
            return TaskSnapshot.Inlet(
                name: cursor.inlet, partition: cursor.partition, position: cursor.position,
                lag: max(0, end.number - cursor.position.number),
                watermark: .distantPast)
        }
    }

    /// How many records lie before what has to be read first, about: read and all of them.
    var progress: (read: Int, of: Int) {
        cursors.reduce(into: (0, 0)) { sum, cursor in
            guard cursor.isTable else { return }
            sum.0 += Int(cursor.position.number)
            sum.1 += Int((cursor.awaited ?? cursor.position).number)
        }
    }

    /// Lets go of the log; the next step takes it up where this one stood.
    func close() {
        reader?.close()
        reader = nil
    }

    private func opened() throws(StageFailure) -> any LogReader {
        if let reader { return reader }
        do throws(LogFailure) {
            let made = try log.makeReader(of: job, waking: wake)
            for cursor in cursors { try made.assign(cursor.partition, from: cursor.position) }
            reader = made
            return made
        } catch {
            throw StageFailure("opening a reader", error)
        }
    }
}
