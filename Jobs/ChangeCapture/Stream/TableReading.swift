internal import Dataflow
internal import DebeziumFormat
internal import Pgoutput
internal import PostgresClient
internal import StreamCore

/// Reads tables as they were when the slot was made, a piece at a time, each row once as long as nothing interrupts it.
///
/// A table whose reading was interrupted is read again from its beginning, as it is then. What has changed in between follows from the
/// slot, so that what each row is in the end is right.
final class TableReading {
    private let tables: [CaptureSettings.Table]
    private let format: DebeziumSettings
    private let session: PostgresSession
    private let transaction: UInt32
    private let headers: [Header]
    private var position: CapturePosition
    private var outlets: SourceOutlets
    private var table: (outlet: String, writer: TableWriter)?
    private var isFirst = true
    /// The last row read: what it is marked as, what comes next decides.
    private var held: (row: RowImage, table: Int, outlet: String, writer: TableWriter, isFirst: Bool, endsTable: Bool)?
    private let time: EventTime

    /// How many rows are fetched at a time.
    private static let piece = 4_096

    /// Begins behind the tables that `position` says have been read, on the slot's own snapshot where there is one.
    init(
        _ session: PostgresSession, _ capture: CaptureSettings, _ format: DebeziumSettings, from position: CapturePosition,
        snapshot: String?, _ outlets: SourceOutlets, at now: EventTime
    ) throws(PostgresFailure) {
        tables = position.asked.isEmpty ? capture.tables : position.asked
        self.format = format
        self.session = session
        self.position = position
        self.outlets = outlets
        time = now
        headers = TransactionScribe.context(format)
        try session.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        if let snapshot { try session.run("SET TRANSACTION SNAPSHOT \(SQL.text(snapshot))") }
        transaction = UInt32(
            truncatingIfNeeded: try session.query("SELECT pg_snapshot_xmin(pg_current_snapshot())::text").integer(0, 0) ?? 0)
    }

    /// The next rows; the last of them says that all tables have been read. `nil` after that.
    func next() throws(StageFailure) -> SourceYield? {
        guard let number = position.tablesRead else { return nil }
        do throws(PostgresFailure) {
            if number < tables.count { try read(tables[number]) } else { try finish() }
        } catch {
            throw StageFailure("reading tables", error)
        }
        if let failure { throw failure }
        var position = position
        // The table of a row held back has not been read yet.
        if let held, let read = position.tablesRead { position.tablesRead = min(read, held.table) }
        return outlets.take(upTo: position.text, at: time)
    }

    private var failure: StageFailure?

    private func read(_ wanted: CaptureSettings.Table) throws(PostgresFailure) {
        if table == nil { try begin(wanted) }
        guard let table else { return }
        let found = try session.query("FETCH FORWARD \(TableReading.piece) FROM linehaul_tables")
        for index in 0..<found.count {
            flush(as: nil)
            var texts: [[UInt8]?] = []
            for column in 0..<table.writer.table.columns.count {
                texts.append(unsafe found.withBytes(index, column) { bytes in unsafe bytes.map { unsafe Array($0) } })
            }
            held = (RowImage(texts), position.tablesRead ?? 0, table.outlet, table.writer, isFirst, false)
            isFirst = false
        }
        guard found.count < TableReading.piece else { return }
        try session.run("CLOSE linehaul_tables")
        held?.endsTable = true
        self.table = nil
        position.tablesRead = (position.tablesRead ?? 0) + 1
    }

    private func begin(_ wanted: CaptureSettings.Table) throws(PostgresFailure) {
        let catalog = Catalog(session)
        guard let id = try catalog.id(of: wanted), let entry = try catalog.entry(id) else {
            throw PostgresFailure(.unavailable, "there is no table \(wanted)")
        }
        var columns: [CapturedColumn] = []
        for column in entry.columns {
            columns.append(
                CapturedColumn(
                    column.name, try catalog.type(column.type), modifier: column.modifier, isRequired: column.isRequired,
                    default: column.initial))
        }
        let key = entry.key.compactMap { name in columns.firstIndex { $0.name == name } }
        let shape = CapturedTable(schema: wanted.schema, name: wanted.name, columns: columns, key: key)
        table = (wanted.outlet, TableWriter(shape, format))
        isFirst = true
        let names = columns.map { SQL.name($0.name) }.joined(separator: ", ")
        try session.run("DECLARE linehaul_tables NO SCROLL CURSOR FOR SELECT \(names) FROM \(wanted.quoted)")
    }

    private func finish() throws(PostgresFailure) {
        flush(as: .last)
        try session.run("COMMIT")
        position.haveRead()
    }

    /// Writes the row held back, now that it is known what follows it.
    private func flush(as mark: ChangeSource.Snapshot?) {
        guard let row = held else { return }
        held = nil
        let own: ChangeSource.Snapshot =
            row.endsTable ? .lastInTable : row.isFirst ? (row.table == 0 ? .first : .firstInTable) : .inside
        let source = ChangeSource(
            time: time, snapshot: mark ?? own, transaction: transaction, position: position.end, lastCommit: nil)
        do throws(DecodeFailure) {
            let key = try row.writer.key(of: row.row)
            try outlets.append(to: row.outlet, key: key, headers: headers, time: time) { out throws(DecodeFailure) in
                try row.writer.write(.read, before: nil, after: row.row, from: source, at: time, into: &out)
            }
        } catch {
            failure = StageFailure("reading table \(row.writer.table.name): \(error)", blame: .record, remedy: .stop)
        }
    }
}
