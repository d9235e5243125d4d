internal import Pgoutput
internal import StreamCore

extension FuzzTarget {
    /// Messages of a replication stream, one after the other, each behind a byte with its length: refused, or rows that can be asked.
    static func pgoutput(_ bytes: UnsafeRawBufferPointer) throws {
        var decoder = PgoutputDecoder()
        var rest = unsafe Array(bytes)[...]
        while let length = rest.popFirst() {
            let payload = Array(rest.prefix(Int(length)))
            rest = rest.dropFirst(payload.count)
            let message: PgoutputMessage
            do {
                message = try decoder.decode(payload).message
            } catch {
                continue
            }
            let rows: [RowImage] =
                switch message {
                case .insert(_, let row): [row]
                case .update(_, let old, let row): [row] + (old.map { [$0.image] } ?? [])
                case .delete(_, let old): [old.image]
                default: []
                }
            for row in rows {
                for column in 0..<row.count {
                    let kinds = [row.isNull(column), row.isUnchanged(column), row.text(column) != nil]
                    try require(kinds.count { $0 } == 1, "a column that is more than one of null, unchanged and text, or none")
                }
            }
        }
    }
}
