public import PostgresClient
public import PostgresSinks
internal import StreamCore
internal import Synchronization

/// The database of what is measured over time: which kind it is, found out when it is first asked, and kept.
public final class SeriesDatabase: Sendable {
    /// What kind of database it is.
    public enum Kind: Hashable, Sendable {
        /// TimescaleDB.
        case timescale
        /// A PostgreSQL without that extension: native partitions.
        case plain
    }

    /// Sessions with it.
    public let pool: PostgresPool
    private let found = Mutex<Kind?>(nil)

    /// The database that `pool` leads to; nothing is asked by that.
    public init(_ pool: PostgresPool) { self.pool = pool }

    /// Which kind it is; `nil` before it was asked.
    public var kind: Kind? { found.withLock { $0 } }

    /// Brings its tables up to date, and has it keep each as long as `ages` says.
    @discardableResult
    public func ensure(_ ages: [(table: String, age: Duration)] = []) throws(PostgresFailure) -> PostgresSchema {
        try pool.with { session throws(PostgresFailure) in
            let kind = try Self.kind(of: session)
            found.withLock { $0 = kind }
            let schema = kind == .timescale ? SeriesSchema.hypertables : SeriesSchema.partitions
            try schema.ensure(in: session)
            for (table, age) in ages {
                _ = try session.query(
                    "SELECT linehaul_keep($1, make_interval(secs => $2::text::float8))",
                    [PostgresValue(table), PostgresValue("\(age / .seconds(1))")])
            }
            if let age = ages.first(where: { $0.table == "event_stream" })?.age {
                _ = try session.query(
                    "DELETE FROM event_counts WHERE at < now() - make_interval(secs => $1::text::float8)",
                    [PostgresValue("\(age / .seconds(1))")])
            }
            return schema
        }
    }

    /// What its tables were made as, where they were; else what can be had: the extension is there and, which its settings show, loaded. One
    /// that comes later changes nothing by itself.
    private static func kind(of session: PostgresSession) throws(PostgresFailure) -> Kind {
        let made = try session.query("SELECT relkind::text FROM pg_class WHERE oid = to_regclass('vehicle_tracking')")
        if made.count > 0 { return made.text(0, 0) == "p" ? .plain : .timescale }
        let extensions = try session.query(
            """
            SELECT 1 FROM pg_available_extensions
            WHERE name = 'timescaledb' AND current_setting('timescaledb.disable_load', true) IS NOT NULL
            """)
        return extensions.count > 0 ? .timescale : .plain
    }
}
