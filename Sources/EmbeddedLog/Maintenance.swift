internal import EventLog
internal import RocksDB
internal import StreamCore
internal import Synchronization

extension LogCore {
    /// One round of retention, compaction and giving space back; whether there is more to do at once.
    func maintain(now: EventTime) throws(LogFailure) -> Bool {
        try maintaining.withLock { pass throws(LogFailure) in
            for topic in catalogue.all {
                guard case .retain(let time, let bytes) = topic.spec.cleanup, time != nil || bytes != nil else { continue }
                for partition in topic.partitions { try retain(partition, time: time, bytes: bytes, now: now) }
            }
            var budget = settings.maintenanceBytes
            while budget > 0, var current = pass ?? nextPass(now: now) {
                do throws(LogFailure) {
                    budget = try step(&current, now: now, budget: budget)
                } catch {
                    pass = nil
                    throw error
                }
                if case .done = current.phase { pass = nil } else { pass = current }
            }
            try reclaim()
            return pass != nil || budget <= 0
        }
    }

    private func nextPass(now: EventTime) -> CompactionPass? {
        for topic in catalogue.all {
            guard case .compact(let tombstones) = topic.spec.cleanup else { continue }
            for partition in topic.partitions where isDueForCompaction(partition, tombstones: tombstones, now: now) {
                return CompactionPass(partition, tombstones: tombstones)
            }
        }
        return nil
    }

    /// Has RocksDB drop what was deleted, once it is worth rewriting files: it would come to it by itself only with more writing.
    private func reclaim() throws(LogFailure) {
        let live = catalogue.all.reduce(0) { $0 + $1.partitions.reduce(0) { $0 + $1.record.bytes } }
        let isWorthIt = try writing.withLock { state throws(LogFailure) in
            guard state.deadBytes > max(Self.reclaimFloor, live / 2) else { return false }
            state.deadBytes = 0
            try beginEra(&state)
            return true
        }
        if !isWorthIt { return }
        do throws(RocksDBFailure) {
            try database.collectBlobs(true)
            for range in LogKey.batches { database.compact(from: range.lower, to: range.upper) }
            try database.collectBlobs(false)
        } catch {
            throw LogFailure(error, "giving back the space of \(directory)")
        }
    }

    /// Fewer dead bytes than this are left to RocksDB's own compactions.
    private static let reclaimFloor = 256 << 20
}
