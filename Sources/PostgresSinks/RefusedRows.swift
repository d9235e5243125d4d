internal import PostgresClient
internal import Sinks

/// Finds the rows that a database refuses: halves what is refused until single rows are left, in a transaction that is taken back.
enum RefusedRows {
    static func found<Rows: PostgresRows>(
        among rows: [Rows.Row], by table: Rows, in session: PostgresSession
    ) throws(PostgresFailure) -> [SinkFailure.RefusedRow] {
        var refused: [SinkFailure.RefusedRow] = []
        try session.run("BEGIN")
        try search(rows[...], table, session, &refused)
        try session.run("ROLLBACK")
        return refused
    }

    private static func search<Rows: PostgresRows>(
        _ slice: ArraySlice<Rows.Row>, _ table: Rows, _ session: PostgresSession, _ refused: inout [SinkFailure.RefusedRow]
    ) throws(PostgresFailure) {
        if slice.isEmpty { return }
        try session.run("SAVEPOINT trial")
        do throws(PostgresFailure) {
            try table.write(slice, in: session)
            // What was taken stays, so that what follows meets the rows that it would have met.
            return try session.run("RELEASE trial")
        } catch {
            guard error.kind == .refused else { throw error }
            try session.run("ROLLBACK TO trial; RELEASE trial")
            if slice.count == 1 { return refused.append(SinkFailure.RefusedRow(slice.startIndex, error.reason)) }
        }
        let middle = slice.startIndex + slice.count / 2
        try search(slice[..<middle], table, session, &refused)
        try search(slice[middle...], table, session, &refused)
    }
}
