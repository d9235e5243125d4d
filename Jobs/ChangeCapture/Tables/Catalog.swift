internal import DebeziumFormat
internal import Pgoutput
internal import PostgresClient
internal import StreamCore

/// What the database's catalog says of tables: the parts that the stream leaves out.
struct Catalog {
    /// A table in the catalog.
    struct Entry {
        /// Its number.
        let id: UInt32
        /// The table that it is a partition of, itself where it is of none.
        let root: CaptureSettings.Table
        /// Its columns that are sent, in order.
        let columns: [Column]
        /// The columns of its primary key, or of a unique index that can stand for one, in order.
        let key: [String]
    }

    /// A column in the catalog.
    struct Column {
        let name: String
        let type: UInt32
        let modifier: Int32
        let isRequired: Bool
        let initial: String?
    }

    private let session: PostgresSession

    init(_ session: PostgresSession) { self.session = session }

    /// What is known of a table; `nil` for one that is gone.
    func entry(_ id: UInt32) throws(PostgresFailure) -> Entry? {
        let named = try session.query(
            """
            SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.oid = coalesce(pg_partition_root($1::oid::regclass), $1::oid)
            """, [PostgresValue("\(id)")])
        guard named.count == 1, let schema = named.text(0, 0), let name = named.text(0, 1) else { return nil }
        let found = try session.query(
            """
            SELECT a.attname, a.atttypid, a.atttypmod, a.attnotnull, pg_get_expr(d.adbin, d.adrelid)
            FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum
            """, [PostgresValue("\(id)")])
        var columns: [Column] = []
        for row in 0..<found.count {
            columns.append(
                Column(
                    name: found.text(row, 0) ?? "", type: UInt32(found.text(row, 1) ?? "") ?? 0,
                    modifier: Int32(found.text(row, 2) ?? "") ?? -1, isRequired: found.flag(row, 3) ?? false, initial: found.text(row, 4)))
        }
        let key = try session.query(
            """
            SELECT a.attname FROM (
              SELECT i.indrelid, i.indkey FROM pg_index i
              WHERE i.indrelid = $1::oid AND i.indisunique AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL AND NOT EXISTS (
                SELECT FROM pg_attribute b WHERE b.attrelid = i.indrelid AND b.attnum = ANY (i.indkey) AND NOT b.attnotnull)
              ORDER BY i.indisprimary DESC, i.indisreplident DESC, i.indexrelid LIMIT 1) i,
              unnest(i.indkey) WITH ORDINALITY AS k (attnum, place) JOIN pg_attribute a ON a.attnum = k.attnum
            WHERE a.attrelid = i.indrelid ORDER BY k.place
            """, [PostgresValue("\(id)")])
        return Entry(
            id: id, root: CaptureSettings.Table(schema: schema, name: name), columns: columns,
            key: (0..<key.count).compactMap { key.text($0, 0) })
    }

    /// A table's number; `nil` for one that is not there.
    func id(of table: CaptureSettings.Table) throws(PostgresFailure) -> UInt32? {
        let found = try session.query("SELECT to_regclass($1)::oid", [PostgresValue(table.quoted)])
        return found.text(0, 0).flatMap { UInt32($0) }
    }

    /// A type by its number.
    func type(_ id: UInt32) throws(PostgresFailure) -> CapturedType {
        let found = try session.query(
            """
            SELECT t.typname, t.typtype, t.typelem, t.typbasetype, t.typtypmod, t.typcategory,
              (SELECT string_agg(e.enumlabel, chr(31) ORDER BY e.enumsortorder) FROM pg_enum e WHERE e.enumtypid = t.oid)
            FROM pg_type t WHERE t.oid = $1::oid
            """, [PostgresValue("\(id)")])
        guard found.count == 1, let name = found.text(0, 0) else { return .named("unknown") }
        switch found.text(0, 1) {
        case "e": return .enumeration((found.text(0, 6) ?? "").split(separator: "\u{1f}").map { String($0) })
        case "d":
            let base = try type(UInt32(found.text(0, 3) ?? "") ?? 0)
            return .domain(over: base, modifier: Int32(found.text(0, 4) ?? "") ?? -1)
        default:
            if found.text(0, 5) == "A", let element = UInt32(found.text(0, 2) ?? ""), element != 0 { return .array(of: try type(element)) }
            return .named(name)
        }
    }
}
