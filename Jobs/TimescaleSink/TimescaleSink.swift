public import Dataflow
internal import Freight
internal import PostgresClient
internal import PostgresSinks
internal import Sinks
internal import StreamCore

/// Keeps the tables over time at what the log says: positions, drivers' activity, loads' events, figures, routes, and every event.
///
/// On TimescaleDB they are hypertables with compression, retention and continuous aggregates; on a PostgreSQL without it the same tables in
/// partitions of a week, and views. Rows are keyed by whose they are and when, so that an event that is read again writes nothing.
public struct TimescaleSink: Job {
    public static let name = "timescale-sink"
    public static let summary = "keeps what is measured over time in TimescaleDB, or in partitions of PostgreSQL"

    private static let target = "timescale"
    private static let day: Duration = .seconds(86_400)
    private let database: SeriesDatabase
    private let ages: [(table: String, age: Duration)]

    /// The sink into `database`.
    public init(_ database: SeriesDatabase, settings: inout SettingsReader) throws(SettingsFailure) {
        self.database = database
        ages = [
            ("vehicle_tracking", settings.duration("keep-tracking", default: Self.day * 365, atLeast: Self.day)),
            ("driver_activity", settings.duration("keep-activity", default: Self.day * 730, atLeast: Self.day)),
            ("load_events", settings.duration("keep-loads", default: Self.day * 1_095, atLeast: Self.day)),
            ("event_stream", settings.duration("keep-events", default: Self.day * 183, atLeast: Self.day)),
        ]
        try settings.finish()
    }

    public func declare(in flow: Flow) {
        let (database, ages) = (database, ages)
        flow.from(Inlet<PositionRow>("tracking"), decoding: { CatalogedEvents(VehicleFixDecoder(timedBy: .envelope, PositionRow.init)) })
            .written("write-tracking", to: Self.target) { SeriesWriter(database, ages, PositionTable()) }
        for (inlet, table) in EventTable.all {
            flow.from(Inlet<EventRow>(inlet), decoding: { EventDecoder() })
                .written("write-\(inlet)", to: Self.target) { SeriesWriter(database, ages, table) }
        }
    }
}

/// Writes rows over time: a `PostgresSinkWriter` into the tables that the kind of database has.
private struct SeriesWriter<Rows: PostgresRows>: SinkWriter {
    private let database: SeriesDatabase
    private let ages: [(table: String, age: Duration)]
    private let rows: Rows
    private var writer: PostgresSinkWriter<Rows>

    init(_ database: SeriesDatabase, _ ages: [(table: String, age: Duration)], _ rows: Rows) {
        (self.database, self.ages, self.rows) = (database, ages, rows)
        writer = PostgresSinkWriter(database.pool, SeriesSchema.partitions, rows)
    }

    mutating func positions(of partitions: [TopicPartition], for owner: SinkOwner) throws(SinkFailure) -> [TopicPartition: Offset] {
        do throws(PostgresFailure) {
            writer = PostgresSinkWriter(database.pool, try database.ensure(ages), rows)
        } catch {
            throw SinkFailure(error)
        }
        return try writer.positions(of: partitions, for: owner)
    }

    mutating func write(_ rows: [Rows.Row], _ step: SinkStep) throws(SinkFailure) { try writer.write(rows, step) }
}
