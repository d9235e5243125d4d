public import PostgresClient

/// The tables of one owner in a database, as numbered steps that only ever grow: each is applied once, in order, by whichever process comes
/// first.
///
/// What is applied is kept in `_linehaul_migrations`. A step that was applied and reads otherwise now is refused: the database would not be
/// what the program thinks it is.
public struct PostgresSchema: Sendable {
    /// One step.
    public struct Migration: Sendable {
        /// What it brings, for people.
        public let title: String
        /// Its statements.
        public let sql: String

        /// A step of those parts.
        public init(_ title: String, _ sql: String) {
            self.title = title
            self.sql = sql
        }
    }

    /// How long a step may take: one that builds an index over years of positions takes its time.
    private static let patience = Duration.seconds(3_600)

    private let owner: String
    private let migrations: [Migration]

    /// The schema that `owner` keeps; its migrations are numbered from 1.
    public init(of owner: String, _ migrations: [Migration]) {
        self.owner = owner
        self.migrations = migrations
    }

    /// Applies what is missing. Asked whenever a task takes its rows over: a database may have been put in the place of another.
    public func ensure(in session: PostgresSession) throws(PostgresFailure) {
        do throws(PostgresFailure) {
            try session.transaction { session throws(PostgresFailure) in try apply(in: session) }
        } catch {
            throw PostgresFailure(error.kind == .refused ? .unfit : error.kind, sqlState: error.sqlState, "migrating \(owner): \(error)")
        }
    }

    private func apply(in session: PostgresSession) throws(PostgresFailure) {
        // One process at a time, and none holds up another's ordinary work.
        try session.run("SELECT pg_advisory_xact_lock(7817482351)")
        try session.run(
            """
            SET LOCAL lock_timeout = '60s';
            CREATE TABLE IF NOT EXISTS _linehaul_migrations (
                owner text NOT NULL, version int NOT NULL, title text NOT NULL, digest text NOT NULL,
                applied_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (owner, version))
            """)
        let known = try session.query(
            "SELECT version, digest FROM _linehaul_migrations WHERE owner = $1 ORDER BY version", [PostgresValue(owner)])
        for row in 0..<known.count {
            let version = Int(known.integer(row, 0) ?? 0)
            guard version <= migrations.count else {
                throw PostgresFailure(
                    .unfit, "the database is at version \(version), this program knows \(migrations.count); run a newer one")
            }
            guard version == row + 1, try digest(of: migrations[row], session) == known.text(row, 1) else {
                throw PostgresFailure(.unfit, "version \(row + 1) was applied otherwise than this program has it")
            }
        }
        for (index, migration) in migrations.enumerated().dropFirst(known.count) {
            do throws(PostgresFailure) {
                try session.allowing(PostgresSchema.patience) { () throws(PostgresFailure) in try session.run(migration.sql) }
            } catch {
                throw error.doing("version \(index + 1), \(migration.title)")
            }
            _ = try session.query(
                "INSERT INTO _linehaul_migrations (owner, version, title, digest) VALUES ($1, $2::int, $3, md5($4))",
                [PostgresValue(owner), PostgresValue("\(index + 1)"), PostgresValue(migration.title), PostgresValue(migration.sql)])
        }
    }

    private func digest(of migration: Migration, _ session: PostgresSession) throws(PostgresFailure) -> String? {
        try session.query("SELECT md5($1)", [PostgresValue(migration.sql)]).text(0, 0)
    }
}
