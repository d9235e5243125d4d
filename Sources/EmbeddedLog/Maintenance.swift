internal import EventLog
internal import RocksDB
internal import StreamCore

extension LogCore {
    /// One round of retention, compaction and giving space back; whether there is more to do at once.
    func maintain(now: EventTime) throws(LogFailure) -> Bool {
        for topic in catalogue.all {
            guard case .retain(let time, let bytes) = topic.spec.cleanup, time != nil || bytes != nil else { continue }
            for partition in topic.partitions { try retain(partition, time: time, bytes: bytes, now: now) }
        }
        return false
    }
}
