import Freight
import StreamCore

/// What an audit decoder makes of one record with that value.
func decoded(_ value: String?, _ columns: AuditColumns = AuditColumns()) throws(DecodeFailure) -> AuditRecord? {
    var builder = BatchBuilder()
    builder.append(key: nil, value: value.map { Array($0.utf8) }, time: .distantPast)
    var decoder = AuditDecoder(columns)
    return try decoder.decode(0, of: builder.finish())
}

/// Why an audit decoder refuses a value; nil when it does not.
func refusal(_ value: String) -> String? {
    do {
        _ = try decoded(value)
        return nil
    } catch { return error.reason }
}
