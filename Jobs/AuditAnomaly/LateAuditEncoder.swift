internal import Freight
internal import StreamCore
internal import Wire

/// Writes a late audit record the way `tms.audit` does, as far as the rule knows it.
struct LateAuditEncoder: RecordEncoder {
    func key(of record: AuditRecord) -> [UInt8]? { (record.userID ?? record.id).utf8 }

    func encode(_ record: AuditRecord, at time: EventTime, key: [UInt8]?, into batch: inout BatchBuilder) {
        batch.append(key: key, time: time) { writer in
            JSON.object(["id": record.id.json, "user_id": record.userID?.json ?? .null, "created_at": record.time.json]).write(into: &writer)
        }
    }
}
