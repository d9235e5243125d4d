public import Dataflow
public import PostgresClient
internal import StreamCore

/// Captures what changes in PostgreSQL's tables, whoever changes it, as records in Debezium's format.
///
/// The tables are read as they are when the job first runs; from then on the server streams each committed transaction. The server keeps its
/// log until what was read of it has been committed here, and no longer. A table's records go to the outlet of its name, those of a
/// partition to the outlet of the table that it is a partition of.
public struct ChangeCapture: Job {
    public static let name = "tms-pg-cdc"
    public static let summary = "captures what changes in PostgreSQL's tables, in Debezium's format"

    private let database: PostgresSettings
    private let capture: CaptureSettings

    /// A capture from the database that `database` leads to.
    public init(_ database: PostgresSettings, settings: inout SettingsReader) throws(SettingsFailure) {
        self.database = database
        capture = CaptureSettings(&settings)
        try settings.finish()
    }

    /// Who looks at it from outside, over a session of that pool, which must lead to the same database.
    public func desk(_ pool: PostgresPool) -> CaptureDesk { CaptureDesk(pool, capture) }

    public func declare(in flow: Flow) {
        let outlets = capture.outlets.map { Outlet<[UInt8]>($0) }
        flow.source("changes", from: "postgres", writing: outlets) { [database, capture] scope in
            ChangeReader(database, capture, scope)
        }
    }
}
