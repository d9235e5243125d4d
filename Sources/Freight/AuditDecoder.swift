public import StreamCore
public import Wire

/// Reads audit records in both of their shapes: Debezium's change of a row of the audit table, with or without its schema, and the plain
/// record of `tms.audit`. One per task.
///
/// Of changes, created (`c`) and snapshot (`r`) rows are audit records. Updates, deletes, truncations, messages and tombstones say nothing.
public struct AuditDecoder: RecordDecoder {
    private let columns: AuditColumns
    private let parser = JSONParser()
    private let projection: JSONProjection

    /// Where a row's columns lie in the projection: id, user and time behind each other.
    private enum Row: Int {
        case plain = 0
        case change = 3
        case wrapped = 6

        var id: Int { rawValue }
        var user: Int { rawValue + 1 }
        var time: Int { rawValue + 2 }

        /// For messages.
        var name: String {
            switch self {
            case .plain: "the record"
            case .change: "after"
            case .wrapped: "payload.after"
            }
        }
    }

    private static var operation: Int { 9 }
    private static var wrappedOperation: Int { 10 }
    private static var payload: Int { 11 }
    private static var document: Int { 12 }

    /// A decoder for a table with those columns.
    public init(_ columns: AuditColumns = AuditColumns()) {
        self.columns = columns
        let row = [[columns.id], [columns.user], [columns.time]]
        projection = JSONProjection(
            paths: row + row.map { ["after"] + $0 } + row.map { ["payload", "after"] + $0 } + [["op"], ["payload", "op"], ["payload"], []])
    }

    /// The audit record in record `index` of `batch`, called once a record; nil for one that says nothing here.
    public mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> AuditRecord? {
        try unsafe batch.withValue(index) { value throws(DecodeFailure) -> AuditRecord? in
            guard let value = unsafe value else { return nil }
            return try unsafe decode(value)
        }
    }

    private func decode(_ value: UnsafeRawBufferPointer) throws(DecodeFailure) -> AuditRecord? {
        try unsafe parser.project(projection, value) { fields throws(DecodeFailure) -> AuditRecord? in
            guard let row = try row(fields) else { return nil }
            guard let id = try id(fields, row.id, columns.id, row) else {
                throw DecodeFailure("an audit record without an id: \(columns.id) is missing, null or empty in \(row.name)")
            }
            return AuditRecord(id: id, userID: try self.id(fields, row.user, columns.user, row), time: try time(fields, row))
        }
    }

    /// Where the audit record's columns are; nil when the record says nothing.
    private func row(_ fields: borrowing JSONFields) throws(DecodeFailure) -> Row? {
        if fields.kind(AuditDecoder.operation) == .string {
            return try isAudit(fields, AuditDecoder.operation) ? .change : nil
        }
        if fields.kind(AuditDecoder.wrappedOperation) == .string {
            return try isAudit(fields, AuditDecoder.wrappedOperation) ? .wrapped : nil
        }
        if fields.kind(AuditDecoder.payload) == .null || fields.kind(AuditDecoder.document) == .null { return nil }
        guard fields.kind(AuditDecoder.document) == .object else {
            throw DecodeFailure("an audit record that is no JSON object")
        }
        return .plain
    }

    private func isAudit(_ fields: borrowing JSONFields, _ operation: Int) throws(DecodeFailure) -> Bool {
        let letter = unsafe fields.withString(operation) { unsafe $0.count == 1 ? $0[0] : 0 } ?? 0
        switch Unicode.Scalar(letter) {
        case "c", "r": return true
        case "u", "d", "t", "m": return false
        default: throw DecodeFailure("a change with op \"\(fields.string(operation) ?? "")\"; Debezium's are c, r, u, d, t and m")
        }
    }

    private func id(_ fields: borrowing JSONFields, _ index: Int, _ column: String, _ row: Row) throws(DecodeFailure) -> EntityID? {
        switch fields.kind(index) {
        case .missing, .null: return nil
        case .string:
            return unsafe fields.withString(index) { unsafe $0.isEmpty ? nil : EntityID(utf8: $0) } ?? nil
        case .integer: return fields.integer(index).map { EntityID(String($0)) }
        case .unsigned: return fields.unsigned(index).map { EntityID(String($0)) }
        case .bool, .double, .array, .object:
            throw DecodeFailure("an audit record whose \(column) in \(row.name) is neither text nor a whole number")
        }
    }

    private func time(_ fields: borrowing JSONFields, _ row: Row) throws(DecodeFailure) -> EventTime {
        let time: EventTime?
        switch fields.kind(row.time) {
        case .integer: time = fields.integer(row.time).flatMap(columns.timeUnit.instant)
        case .string: time = unsafe fields.withString(row.time) { unsafe EventTime(rfc3339: $0) } ?? nil
        case .missing, .null: throw DecodeFailure("an audit record without a time: \(columns.time) is missing or null in \(row.name)")
        default: time = nil
        }
        guard let time else {
            throw DecodeFailure(
                "an audit record whose \(columns.time) in \(row.name) is no instant: "
                    + "a whole number (\(columns.timeUnit.rawValue)) or an ISO 8601 text")
        }
        return time
    }
}
