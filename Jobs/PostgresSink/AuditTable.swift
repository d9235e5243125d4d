internal import PostgresClient
internal import PostgresSinks
internal import StreamCore
internal import Wire

/// Who changed what: a record of `tms.audit`, as the database keeps it.
struct AuditRow: Sendable {
    let id: String
    let table: String
    let recordID: String
    let action: String
    let changes: String?
    let userID: String?
    let correlationID: String?
    let createdAt: EventTime
}

/// Reads audit records, each in one pass over its text.
struct AuditRowDecoder: RecordDecoder {
    private let parser = JSONParser()
    private let projection = JSONProjection(
        "id", "table_name", "record_id", "action", "changed_data", "user_id", "correlation_id", "created_at")

    mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> AuditRow? {
        try unsafe batch.withValue(index) { value throws(DecodeFailure) -> AuditRow? in
            guard let value = unsafe value else { return nil }
            return try unsafe parser.project(projection, value) { fields throws(DecodeFailure) -> AuditRow? in
                guard let id = fields.string(0), let table = fields.string(1), let record = fields.string(2), let action = fields.string(3),
                    let at = fields.string(7).flatMap({ EventTime(rfc3339: $0) })
                else { throw DecodeFailure("an audit record that lacks id, table_name, record_id, action or created_at") }
                return AuditRow(
                    id: id, table: table, recordID: record, action: action,
                    changes: unsafe fields.withText(4) { unsafe String(decoding: $0, as: UTF8.self) }, userID: fields.string(5),
                    correlationID: fields.string(6), createdAt: at)
            }
        }
    }
}

/// Reads audit records out of captured rows of `audit_logs`, as Debezium's envelope has them, with or without its schema. What is there
/// already is not written again, so that a row which comes back from where it came from changes nothing there, and is not captured anew.
struct CapturedAuditDecoder: RecordDecoder {
    mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> AuditRow? {
        if batch.isTombstone(index) { return nil }
        let document = try JSON(parsing: batch.record(index).value ?? [])
        let change = document["payload"]?["op"] == nil ? document : document["payload"] ?? document
        guard ["c", "r"].contains(change["op"]?.string), let row = change["after"] else { return nil }
        guard let id = row["id"]?.string, let table = row["table_name"]?.string, let record = row["record_id"]?.string,
            let action = row["action"]?.string, let at = row["created_at"]?.string.flatMap({ EventTime(rfc3339: $0) })
        else { throw DecodeFailure("a row of audit_logs that lacks id, table_name, record_id, action or created_at") }
        return AuditRow(
            id: id, table: table, recordID: record, action: action, changes: row["changed_data"]?.string, userID: row["user_id"]?.string,
            correlationID: row["correlation_id"]?.string, createdAt: at)
    }
}

/// The table `audit_logs`: a row for each audit record, never changed.
struct AuditTable: PostgresRows {
    func write(_ rows: ArraySlice<AuditRow>, in session: PostgresSession) throws(PostgresFailure) {
        var texts = Array(repeating: PostgresColumn(.text), count: 7)
        var times = PostgresColumn(.timestamp)
        for row in rows {
            texts[0].append(row.id)
            texts[1].append(row.table)
            texts[2].append(row.recordID)
            texts[3].append(row.action)
            texts[4].append(row.changes)
            texts[5].append(row.userID)
            texts[6].append(row.correlationID)
            times.append(row.createdAt)
        }
        _ = try session.query(
            """
            INSERT INTO audit_logs (id, table_name, record_id, action, changed_data, user_id, correlation_id, created_at)
            SELECT id::uuid, table_name, record_id, action::audit_action, changed_data::jsonb, user_id, correlation_id, created_at
            FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[])
                AS new (id, table_name, record_id, action, changed_data, user_id, correlation_id, created_at)
            ON CONFLICT (id) DO NOTHING
            """, texts.map { PostgresValue($0) } + [PostgresValue(times)])
    }
}
