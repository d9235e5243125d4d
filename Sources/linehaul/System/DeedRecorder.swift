internal import EventLog
internal import Freight
internal import Inspection
internal import StreamCore
internal import StructuredLog
internal import Wire

/// Writes what somebody did through `/ops` to the log of the process, and to the audit topic where the folder has one.
enum DeedRecorder {
    private static let topic = "tms.audit"

    /// Appends the audit record of a deed; returns when it is durable.
    static func record(_ deed: Deed, in log: any EventLog, _ logger: Logger) throws(LogFailure) {
        // Records are traffic: whoever appended them is in the audit topic alone.
        if deed.action != .publish {
            logger.info(
                "an operation was carried out",
                [
                    .on: "\(deed.table)/\(deed.name)", .action: deed.action.rawValue, .user: deed.user ?? "", .correlation: deed.correlationID,
                ])
        }
        guard let partitions = try log.topics().first(where: { $0.spec.name == topic })?.spec.partitions else { return }
        let entry = entry(of: deed, at: SystemClock.now())
        let encoder = AuditEntryEncoder()
        let key = encoder.key(of: entry) ?? []
        var batch = BatchBuilder()
        encoder.encode(entry, at: entry.createdAt, key: key, into: &batch)
        _ = try log.append([PartitionBatch(TopicPartition(topic, Partitioner.partition(of: key, among: partitions)), batch.finish())])
    }

    private static func entry(of deed: Deed, at now: EventTime) -> AuditEntry {
        AuditEntry(
            id: .version7(at: now, Entropy(high: .random(in: .min ... .max), low: .random(in: .min ... .max))), table: deed.table,
            recordID: EntityID(deed.name), action: AuditAction(rawValue: deed.action.rawValue) ?? .update,
            changes: RawJSON.object { json in
                for (name, value) in deed.facts {
                    json.object(name) { change in
                        change.nullable("old", String?.none)
                        change.field("new", value)
                    }
                }
            }, userID: deed.user, correlationID: deed.correlationID, createdAt: now)
    }
}

extension LogKey {
    /// What was acted on: the kind of thing and its name.
    fileprivate static let on = LogKey("on")
    /// What was done to it.
    fileprivate static let action = LogKey("action")
}
