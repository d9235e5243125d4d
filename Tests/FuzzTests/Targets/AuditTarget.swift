import Freight
import StreamCore
import Wire

extension FuzzTarget {
    /// An audit record as Debezium or `tms.audit` writes it: one that is read is read again, the same, from a plain record of its parts.
    static func audit(_ bytes: UnsafeRawBufferPointer) throws {
        guard let record = try? unsafe decoded(Array(bytes)) else { return }
        let plain = JSON.object([
            "id": record.id.json, "user_id": record.userID?.json ?? .null, "created_at": .integer(record.time.microseconds),
        ])
        // What Debezium makes of an infinity in one unit may be an instant in another.
        if TimeUnit.microseconds.instant(record.time.microseconds) == nil { return }
        let again = try decoded(plain.compact, AuditColumns(timeUnit: .microseconds))
        try require(again == record, "\(record) comes back as \(String(describing: again))")
    }

    private static func decoded(_ bytes: [UInt8], _ columns: AuditColumns = AuditColumns()) throws(DecodeFailure) -> AuditRecord? {
        var builder = BatchBuilder()
        builder.append(key: nil, value: bytes, time: .distantPast)
        var decoder = AuditDecoder(columns)
        return try decoder.decode(0, of: builder.finish())
    }
}
