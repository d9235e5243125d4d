internal import PostgresClient
internal import PostgresSinks

/// A table with a row for each entity of a type: the database takes each snapshot apart itself, by its members' names.
struct EntityTable: PostgresRows {
    /// The table's name, which is also the inlet's.
    let name: String
    /// Its columns beside `document`.
    let columns: [Column]
    /// What else follows from the snapshots, given as `$1::json[]`; `nil` for nothing.
    var consequence: String?

    /// A column of an entity's table, which has the name of the member that it is of.
    struct Column: Sendable {
        let name: String
        /// The type that the member is read as.
        let type: String
        /// What is kept of it.
        let expression: String

        init(_ name: String, _ type: String, as expression: String? = nil) {
            self.name = name
            self.type = type
            self.expression = expression ?? "new.\(name)"
        }
    }

    func write(_ rows: ArraySlice<SnapshotRow>, in session: PostgresSession) throws(PostgresFailure) {
        // The last word on each: one statement changes a row once.
        var last: [String: String?] = [:]
        for row in rows { last[row.id] = .some(row.text) }
        var (texts, gone) = (PostgresColumn(.text), PostgresColumn(.text))
        for (id, text) in last.sorted(by: { $0.key < $1.key }) {
            if let text { texts.append(text) } else { gone.append(id) }
        }
        var statements: [PostgresStatement] = []
        if texts.count > 0 {
            statements.append(PostgresStatement(upsert, [PostgresValue(texts)]))
            if let consequence { statements.append(PostgresStatement(consequence, [PostgresValue(texts)])) }
        }
        if gone.count > 0 {
            statements.append(PostgresStatement("DELETE FROM \(name) WHERE id = ANY ($1::text[]::uuid[])", [PostgresValue(gone)]))
        }
        _ = try session.pipeline(statements)
    }

    private var upsert: String {
        let members = columns.map { "\($0.name) \($0.type)" }.joined(separator: ", ")
        let names = columns.map(\.name)
        return """
            INSERT INTO \(name) AS old (\(names.joined(separator: ", ")), document)
            SELECT \(columns.map(\.expression).joined(separator: ", ")), given.text::json
            FROM unnest($1::text[]) AS given (text) CROSS JOIN LATERAL json_to_record(given.text::json) AS new (\(members))
            ON CONFLICT (id) DO UPDATE SET (\(names.joined(separator: ", ")), document)
                = (\(names.map { "excluded.\($0)" }.joined(separator: ", ")), excluded.document)
            WHERE old.version < excluded.version
              OR old.version = excluded.version AND (\(names.map { "old.\($0)" }.joined(separator: ", ")))
                IS DISTINCT FROM (\(names.map { "excluded.\($0)" }.joined(separator: ", ")))
              OR old.version > excluded.version AND coalesce((old.document ->> 'version')::bigint, 0) <= excluded.version
            """
    }
}
