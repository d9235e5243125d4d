internal import StreamCore
internal import Wire

/// A change of a row as Debezium's envelope tells it.
struct RowChange: Sendable {
    /// What happened: c, u, d or r.
    let operation: String
    /// The row as it is; `nil` for one that is gone.
    let row: JSON?
    /// What is known of the row as it was.
    let before: JSON?
    /// When it committed.
    let time: EventTime
    /// Where it stands in the database's log: the same whenever it is told again.
    let place: String
    /// Whether a sink of our own made it.
    let isOwn: Bool
}

/// Reads changes, with or without their schema. Messages, truncates and records without a value say nothing here.
struct RowChangeDecoder: RecordDecoder {
    private let table: String

    init(_ table: String) { self.table = table }

    mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> RowChange? {
        if batch.isTombstone(index) { return nil }
        let record = batch.record(index)
        let document = try JSON(parsing: record.value ?? [])
        let change = document["payload"]?["op"] == nil ? document : document["payload"] ?? document
        guard let operation = change["op"]?.string else { throw DecodeFailure("a change of \(table) without op") }
        guard ["c", "u", "d", "r"].contains(operation) else { return nil }
        let source = change["source"]
        return RowChange(
            operation: operation, row: RowChangeDecoder.object(change["after"]),
            before: RowChangeDecoder.object(change["before"]),
            time: source?["ts_us"]?.integer.map { EventTime(microseconds: $0) } ?? record.time,
            place: "\(table) \(source?["txId"]?.integer ?? 0) \(source?["lsn"]?.integer ?? 0) \(operation)",
            isOwn: record.headers["linehaul.origin"] != nil)
    }

    /// A value that is an object; `nil` for null and whatever else.
    private static func object(_ value: JSON?) -> JSON? { value?.members == nil ? Optional.none : value }
}
