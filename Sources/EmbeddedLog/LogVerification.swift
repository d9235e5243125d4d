internal import EventLog
internal import RocksDB
internal import StreamCore

extension LogCore {
    /// Reads the newest batches of every partition, about `bytes` of all together, and checks that they are whole and leave nothing out.
    /// A log smaller than that is read entirely, so damage in it is told at the start and not on the day somebody reads there.
    func verifyNewest(_ bytes: Int) throws(LogFailure) {
        let partitions = catalogue.all.flatMap(\.partitions)
        let total = partitions.reduce(0) { $0 + $1.record.bytes }
        let share = total <= bytes ? Int.max : max(1, bytes / max(1, partitions.count))
        for partition in partitions { try verify(partition, upTo: share) }
    }

    private func verify(_ partition: PartitionState, upTo bytes: Int) throws(LogFailure) {
        let record = partition.record
        if record.start == record.end { return }
        let index = BatchIndex(database, partition)
        var entry = try index.last()
        var expected = record.end
        var left = bytes
        while let found = entry, expected > record.start, left > 0 {
            if found.next != expected { break }
            _ = try storedBatch(of: partition, covering: found.base)
            left -= max(1, found.bytes)
            expected = found.base
            entry = try index.previous()
        }
        if left > 0, expected > record.start {
            throw LogFailure(
                .damaged,
                "\(partition.name) in \(databasePath) should hold offsets \(record.start) to \(record.end) and lacks those before "
                    + "\(expected): its MANIFEST, a sorted file (*.sst) or a write-ahead log (*.log) was lost or cut; "
                    + LogFailure.damageAdvice)
        }
    }
}
