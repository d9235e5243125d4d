internal import Freight
internal import StreamCore
internal import Wire

/// How a key is now, for those who check what is shown to them; or that it is revoked.
struct KeyRow: Sendable {
    let id: EntityID
    /// The key; nil once it is revoked.
    let key: APIKey?
}

/// Writes keys under their id, with the digest that they are checked by; a revoked one's row is a tombstone.
struct KeyRowEncoder: RecordEncoder {
    func key(of row: KeyRow) -> [UInt8]? { row.id.utf8 }

    func encode(_ row: KeyRow, at time: EventTime, key: [UInt8]?, into batch: inout BatchBuilder) {
        guard let content = row.key else { return batch.append(key: key, value: nil, headers: [], time: time) }
        batch.append(key: key, headers: [Header("version", "\(content.version)")], time: time) { out in
            JSONWriter.object(into: &out) { json in
                json.field("id", content.id)
                for field in APIKey.fields where field.name != "digest" { field.write(content, to: &json) }
                json.field("digest", content.digest.revealed)
            }
        }
    }
}
