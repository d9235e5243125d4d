internal import Pgoutput
public import PostgresClient
internal import StreamCore

/// Looks at a capture from the server's side, and asks for tables to be read again: for whoever serves operations. Blocks.
public struct CaptureDesk: Sendable {
    private let pool: PostgresPool
    private let capture: CaptureSettings

    init(_ pool: PostgresPool, _ capture: CaptureSettings) {
        self.pool = pool
        self.capture = capture
    }

    /// How the slot stands.
    public func status() throws(PostgresFailure) -> CaptureStatus {
        try pool.with { session throws(PostgresFailure) in
            let found = try session.query(
                """
                SELECT s.wal_status, s.active_pid IS NOT NULL, s.confirmed_flush_lsn, s.restart_lsn,
                  greatest(0, pg_current_wal_lsn() - s.confirmed_flush_lsn)::bigint,
                  greatest(0, pg_current_wal_lsn() - s.restart_lsn)::bigint, s.safe_wal_size,
                  extract(epoch FROM r.flush_lag)::float8
                FROM pg_replication_slots s LEFT JOIN pg_stat_replication r ON r.pid = s.active_pid WHERE s.slot_name = $1
                """, [PostgresValue(capture.slot)])
            guard found.count == 1 else {
                return CaptureStatus(
                    slot: capture.slot, condition: .missing, confirmed: nil, restart: nil, lag: 0, lagSeconds: 0, retained: 0, safe: nil)
            }
            let condition: CaptureStatus.Condition =
                switch found.text(0, 0) {
                case "lost": .lost
                case "unreserved": .endangered
                default: found.flag(0, 1) != true ? .unread : found.text(0, 0) == "extended" ? .behind : .streaming
                }
            return CaptureStatus(
                slot: capture.slot, condition: condition, confirmed: found.text(0, 2), restart: found.text(0, 3),
                lag: Int(found.integer(0, 4) ?? 0), lagSeconds: found.number(0, 7) ?? 0, retained: Int(found.integer(0, 5) ?? 0),
                safe: found.integer(0, 6).map { Int($0) })
        }
    }

    /// The tables, each as it is on the server.
    public func tables() throws(PostgresFailure) -> [CapturedTableStatus] {
        try pool.with { session throws(PostgresFailure) in
            var tables: [CapturedTableStatus] = []
            let catalog = Catalog(session)
            for table in capture.tables {
                let found = try session.query(
                    """
                    SELECT c.oid, c.relreplident,
                      EXISTS (SELECT FROM pg_publication WHERE pubname = $1 AND puballtables)
                        OR EXISTS (SELECT FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
                                   WHERE p.pubname = $1 AND r.prrelid = c.oid),
                      greatest(0, (SELECT sum(l.reltuples) FROM pg_partition_tree(c.oid) t JOIN pg_class l ON l.oid = t.relid
                                   WHERE t.isleaf AND l.reltuples > 0))::bigint,
                      (SELECT sum(pg_total_relation_size(t.relid)) FROM pg_partition_tree(c.oid) t)::bigint
                    FROM pg_class c WHERE c.oid = to_regclass($2)
                    """, [PostgresValue(capture.publication), PostgresValue(table.quoted)])
                let identities = ["d": "DEFAULT", "f": "FULL", "i": "INDEX", "n": "NOTHING"]
                let id = found.count == 1 ? UInt32(found.text(0, 0) ?? "") : nil
                tables.append(
                    CapturedTableStatus(
                        name: table.description, outlet: table.outlet, exists: id != nil,
                        isPublished: found.count == 1 && found.flag(0, 2) == true,
                        identity: found.count == 1 ? identities[found.text(0, 1) ?? ""] ?? "" : "",
                        key: try id.flatMap { id throws(PostgresFailure) in try catalog.entry(id)?.key } ?? [],
                        rows: found.count == 1 ? Int(found.integer(0, 3) ?? 0) : 0,
                        bytes: found.count == 1 ? Int(found.integer(0, 4) ?? 0) : 0))
            }
            return tables
        }
    }

    /// Has tables read again, by a message in the server's own log, so that it is done exactly once and whoever runs the capture does it.
    /// Their names, all of them where none is named; refused for one that is not captured. Returns where the message stands.
    public func read(_ names: [String]) throws(PostgresFailure) -> (tables: [String], position: String) {
        let wanted = names.isEmpty ? capture.tables : names.map { CaptureSettings.Table($0) }
        if let stranger = wanted.first(where: { !capture.tables.contains($0) }) {
            let known = capture.tables.map(\.description).joined(separator: ", ")
            throw PostgresFailure(.refused, "\(stranger) is not captured; captured are \(known)")
        }
        let text = wanted.map(\.description).joined(separator: "\n")
        let position = try pool.with { session throws(PostgresFailure) in
            try session.query(
                "SELECT pg_logical_emit_message(true, $1, $2)", [PostgresValue(TransactionScribe.request), PostgresValue(text)]
            ).text(0, 0)
        }
        return (wanted.map(\.description), position ?? "")
    }
}
