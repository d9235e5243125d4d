internal import Pgoutput
internal import PostgresClient
internal import StreamCore

/// The server's side of a capture: a publication that names the tables, and a slot that keeps the log. Made once, checked at each start.
struct Slot {
    private let capture: CaptureSettings
    private let session: PostgresSession

    /// What to do where changes are missing.
    static let wayOut =
        "the tables have to be read again: set `when-lost: read-again` among the settings of tms-pg-cdc and apply the folder"

    init(_ capture: CaptureSettings, _ session: PostgresSession) {
        self.capture = capture
        self.session = session
    }

    /// Makes sure that the server streams what it has to, and that the publication names every table.
    func publish() throws(StageFailure) {
        try asking("checking the server") { () throws(PostgresFailure) in
            let level = try session.query("SHOW wal_level").text(0, 0) ?? ""
            if level != "logical" {
                throw PostgresFailure(.unfit, "wal_level is \(level): set wal_level = logical in postgresql.conf and start the server anew")
            }
        }
        let missing = try asking("reading the publication \(capture.publication)") { () throws(PostgresFailure) in
            let known = try session.query("SELECT 1 FROM pg_publication WHERE pubname = $1", [PostgresValue(capture.publication)]).count > 0
            var missing: [CaptureSettings.Table] = []
            for table in capture.tables {
                let found = try session.query(
                    """
                    SELECT EXISTS (SELECT FROM pg_publication WHERE pubname = $1 AND puballtables)
                      OR EXISTS (SELECT FROM pg_publication_rel r JOIN pg_publication p ON p.oid = r.prpubid
                                 WHERE p.pubname = $1 AND r.prrelid = to_regclass($2)),
                      to_regclass($2) IS NULL
                    """, [PostgresValue(capture.publication), PostgresValue(table.quoted)])
                if found.flag(0, 1) == true {
                    throw PostgresFailure(
                        .unavailable, "there is no table \(table); it is waited for. Take it out of `tables` if it is not to come")
                }
                if found.flag(0, 0) != true { missing.append(table) }
            }
            return (known, missing)
        }
        if missing.0, missing.1.isEmpty { return }
        let names = missing.1.map(\.quoted).joined(separator: ", ")
        try asking("making the publication \(capture.publication)") { () throws(PostgresFailure) in
            let name = SQL.name(capture.publication)
            try session.run(missing.0 ? "ALTER PUBLICATION \(name) ADD TABLE \(names)" : "CREATE PUBLICATION \(name) FOR TABLE \(names)")
        }
    }

    /// Holds the slot against where the capture stands: it must still have everything from there on. Ends who else reads it.
    func check(against position: CapturePosition) throws(StageFailure) {
        let found = try find()
        let wayOut = Slot.wayOut
        guard found.count == 1 else {
            throw StageFailure(
                "the slot \(capture.slot) is gone, and with it what changed since \(position.end); \(wayOut)", blame: .system, remedy: .stop
            )
        }
        if found.text(0, 1) == "lost" {
            throw StageFailure(
                "the server has dropped the log that the slot \(capture.slot) needs (max_slot_wal_keep_size), from \(position.end) on; \(wayOut)",
                blame: .system, remedy: .stop)
        }
        if let confirmed = found.text(0, 0).flatMap({ LogPosition($0) }), confirmed > position.end {
            throw StageFailure(
                "the slot \(capture.slot) stands at \(confirmed), beyond \(position.end) where this capture is: it was made anew, or somebody else "
                    + "has read it; \(wayOut)", blame: .system, remedy: .stop)
        }
        try release(found)
    }

    /// Drops a slot of that name, left over from a capture that never committed anything.
    func drop() throws(StageFailure) {
        let found = try find()
        if found.count == 0 { return }
        try release(found)
        try asking("dropping the slot \(capture.slot)") { () throws(PostgresFailure) in
            _ = try session.query("SELECT pg_drop_replication_slot($1)", [PostgresValue(capture.slot)])
        }
    }

    /// The slot's row; it must be of this database.
    private func find() throws(StageFailure) -> PostgresResult {
        let found = try asking("reading the slot \(capture.slot)") { () throws(PostgresFailure) in
            try session.query(
                """
                SELECT confirmed_flush_lsn, wal_status, active_pid, database = current_database() AND plugin = 'pgoutput'
                FROM pg_replication_slots WHERE slot_name = $1
                """, [PostgresValue(capture.slot)])
        }
        if found.count == 1, found.flag(0, 3) != true {
            throw StageFailure(
                "the slot \(capture.slot) is of another database or another plugin; name another one in the job's `slot`", blame: .system,
                remedy: .stop)
        }
        return found
    }

    /// Ends the reader that a former run has left: a slot has one.
    private func release(_ found: PostgresResult) throws(StageFailure) {
        guard let process = found.integer(0, 2) else { return }
        try asking("ending the slot's former reader") { () throws(PostgresFailure) in
            _ = try session.query("SELECT pg_terminate_backend($1::int, 5000)", [PostgresValue("\(process)")])
        }
    }

    private func asking<Result>(_ doing: String, _ body: () throws(PostgresFailure) -> Result) throws(StageFailure) -> Result {
        do throws(PostgresFailure) {
            return try body()
        } catch {
            throw StageFailure(doing, error)
        }
    }
}

extension StageFailure {
    /// What a failure of the database means for a capture.
    init(_ doing: String, _ failure: PostgresFailure) {
        let remedy: Remedy =
            switch failure.kind {
            case .unavailable, .timedOut, .retriable, .unknown: .wait
            case .refused, .unfit, .forbidden: .retry
            }
        self.init("\(doing): \(failure)", blame: .system, remedy: remedy)
    }
}
