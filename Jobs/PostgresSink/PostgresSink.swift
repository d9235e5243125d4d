public import Dataflow
public import PostgresClient
public import PostgresSinks
internal import Wire

/// Keeps PostgreSQL at what the log says: each entity as it is now, each load's statuses, and who changed what.
///
/// A row carries the entity's version, and only a newer one takes its place, so a snapshot read again changes nothing. What the log deletes
/// is deleted. Every transaction says in a logical message that it is the log's own, so that captured changes are not taken for somebody's.
public struct PostgresSink: Job {
    public static let name = "postgres-sink"
    public static let summary = "keeps PostgreSQL's tables at what the log says"

    private static let target = "postgres"
    private static let audit = Inlet<AuditRow>("audit")
    /// What was captured of the audit table, wherever it came from: it is there, or is put there.
    private static let seen = Inlet<AuditRow>("seen")
    private let pool: PostgresPool
    private let schema = Self.schema

    /// The tables that it keeps.
    public static let schema = PostgresSchema(of: "linehaul", Tables.migrations)

    /// The sink into the database that `pool` leads to.
    public init(_ pool: PostgresPool, settings: inout SettingsReader) throws(SettingsFailure) {
        self.pool = pool
        try settings.finish()
    }

    public func declare(in flow: Flow) {
        for table in EntityTable.all {
            flow.from(Inlet<SnapshotRow>(table.name), decoding: { SnapshotDecoder() })
                .written("write-\(table.name)", to: Self.target) { [pool, schema] in PostgresSinkWriter(pool, schema, table) }
        }
        flow.from(Self.audit, decoding: { AuditRowDecoder() })
            .written("write-audit", to: Self.target) { [pool, schema] in PostgresSinkWriter(pool, schema, AuditTable()) }
        flow.from(Self.seen, decoding: { CapturedAuditDecoder() })
            .written("write-seen", to: Self.target) { [pool, schema] in PostgresSinkWriter(pool, schema, AuditTable()) }
    }
}
