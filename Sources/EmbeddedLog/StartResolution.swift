internal import EventLog
internal import StreamCore

extension LogCore {
    /// The offset that a way of starting means now.
    func resolve(_ start: StartPosition, in name: TopicPartition) throws(LogFailure) -> Offset {
        let partition = try catalogue.partition(name)
        let record = partition.record
        switch start {
        case .earliest: return record.start
        case .latest: return record.end
        case .offset(let offset):
            guard offset >= record.start, offset <= record.end else {
                throw LogFailure(.outOfRange, "starting \(name) at offset \(offset): it holds \(record.start) to \(record.end)")
            }
            return offset
        case .time(let time): return try firstOffset(of: partition, at: time, record)
        }
    }

    /// The first record whose time is at least `time`: the index finds the batch, one batch is read.
    private func firstOffset(of partition: PartitionState, at time: EventTime, _ record: PartitionRecord) throws(LogFailure) -> Offset {
        let index = BatchIndex(database, partition)
        var entry = try index.from(record.start)
        while let found = entry, found.base < record.end {
            if found.newest >= time, let stored = try storedBatch(of: partition, covering: max(found.base, record.start)) {
                for at in 0..<stored.batch.count where stored.batch.time(at) >= time && stored.batch.offset(at) >= record.start {
                    return stored.batch.offset(at)
                }
            }
            entry = try index.next()
        }
        return record.end
    }
}
