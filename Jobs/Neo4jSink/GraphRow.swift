internal import StreamCore
internal import Wire

/// A thing as it is now, or that it is no more: a record of a compacted topic, or an event.
struct GraphRow: Sendable {
    /// The thing's id.
    let id: String
    /// One JSON object; `nil` for a thing that is gone.
    let text: [UInt8]?
}

/// Reads records whose value is one JSON object: what is in it is the graph's to read.
struct GraphRowDecoder: RecordDecoder {
    private let parser = JSONParser()
    private let projection = JSONProjection("id")

    mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> GraphRow? {
        let key = unsafe batch.withKey(index) { key in unsafe key.map { unsafe String(decoding: $0, as: UTF8.self) } }
        guard let key, !key.isEmpty else { throw DecodeFailure("a record without a key, which says what it is about") }
        let text = try unsafe batch.withValue(index) { value throws(DecodeFailure) -> [UInt8]? in
            guard let value = unsafe value else { return nil }
            // A text that is no object would spoil the request that it stands in.
            return try unsafe parser.project(projection, value) { _ throws(DecodeFailure) in unsafe Array(value) }
        }
        return GraphRow(id: key, text: text)
    }
}

/// A JSON object with `rows`, the texts given, as the parameters of a statement.
func parameters(rows: [[UInt8]]) -> [UInt8] {
    var out = ByteWriter(capacity: rows.reduce(16) { $0 + $1.count + 1 })
    out.raw(#"{"rows":["#.utf8)
    for (index, row) in rows.enumerated() {
        if index > 0 { out.raw(",".utf8) }
        out.raw(row)
    }
    out.raw("]}".utf8)
    return out.take()
}
