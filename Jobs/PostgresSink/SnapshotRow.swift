internal import StreamCore
internal import Wire

/// An entity as it is now, or that it is no more: a record of `tms.entities.<type>`.
struct SnapshotRow: Sendable {
    /// The entity's id.
    let id: String
    /// Its snapshot; `nil` for one that was deleted.
    let text: String?
}

/// Reads snapshots as they stand: what is in them is the database's to read.
struct SnapshotDecoder: RecordDecoder {
    mutating func decode(_ index: Int, of batch: RecordBatch) throws(DecodeFailure) -> SnapshotRow? {
        let id = unsafe batch.withKey(index) { key in unsafe key.map { unsafe String(decoding: $0, as: UTF8.self) } }
        guard let id, !id.isEmpty else { throw DecodeFailure("a snapshot without a key, which says whose it is") }
        return SnapshotRow(
            id: id, text: unsafe batch.withValue(index) { value in unsafe value.map { unsafe String(decoding: $0, as: UTF8.self) } })
    }
}
