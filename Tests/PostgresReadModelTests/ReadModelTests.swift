import Freight
import PostgresClient
import PostgresReadModel
import PostgresSinks
import ReadModel
import ReadModelConformance
import StreamCore
import TestServers
import Testing
import Wire

@testable import PostgresSink
@testable import TimescaleSink

@Suite(.enabled(if: PostgresServer.missing == nil, "PostgreSQL is not installed here")) struct ReadModelTests {
    @Test func `PostgreSQL answers as every read model has to`() throws { try ReadModelConformance.run { try DatabaseFixture() } }

    @Test func `a database that is away is said to be, by its name alone`() throws {
        let pool = PostgresPool(
            PostgresSettings(Secret("postgresql://nobody:secret@127.0.0.1:1/none"), connectTimeout: .seconds(1)), limit: 1,
            clock: { EventTime(microseconds: 0) })
        let model = DatabaseReadModel(entities: pool, series: nil, otherwise: Nothing(), clock: { EventTime(microseconds: 0) })
        let failure = #expect(throws: ReadFailure.self) { try model.page(EntityQuery(.loads)) }
        #expect(failure?.kind == .unavailable && failure?.dependency == "postgres")
        #expect(failure?.description.contains("postgres") == true && failure?.description.contains("127.0.0.1") == false)
    }
}

/// A model that has nothing.
private struct Nothing: ReadModel {
    func page(_ query: EntityQuery) -> EntityPage { EntityPage(items: [], total: 0) }
    func track(_ query: TrackQuery) -> TrackPage { TrackPage(points: [], total: 0) }
    func buckets(_ query: TrackQuery, every interval: EventTime.Span) -> [TrackBucket] { [] }
    func dashboard(_ query: DashboardQuery) -> DashboardFigures { DashboardFigures() }
    func performance(_ query: PerformanceQuery) -> PerformanceFigures { PerformanceFigures() }
}

/// A database of its own with both sets of tables, filled as the sinks fill them.
struct DatabaseFixture: ReadModelFixture {
    let pool: PostgresPool
    let model: any ReadModel

    init() throws {
        let uri = try PostgresServer.shared().database()
        pool = PostgresPool(PostgresSettings(Secret(uri)), limit: 2, clock: { EventTime(microseconds: 0) })
        try SeriesDatabase(pool).ensure()
        try pool.with { session throws(PostgresFailure) in try PostgresSink.schema.ensure(in: session) }
        model = DatabaseReadModel(entities: pool, series: pool, otherwise: Nothing(), clock: { EventTime(microseconds: 0) })
    }

    func take(_ collection: Collection, _ snapshots: [[UInt8]]) throws {
        let table = try #require(EntityTable.all.first { $0.name == collection.rawValue })
        let rows = try snapshots.map { text in
            SnapshotRow(id: try #require(JSON(parsing: text)["id"]?.string), text: String(decoding: text, as: UTF8.self))
        }
        try pool.with { session throws(PostgresFailure) in try table.write(rows[...], in: session) }
    }

    func take(_ points: [TrackPoint], of vehicle: String) throws {
        let rows = points.map { point in
            var fix = VehicleFix(at: point.time, Location(latitude: point.latitude, longitude: point.longitude))
            (fix.speed, fix.heading, fix.fuelLevel) = (point.speed, point.heading, point.fuelLevel)
            (fix.odometer, fix.engineHours) = (point.odometer, point.engineHours)
            return PositionRow(EntityID(vehicle), fix)
        }
        try pool.with { session throws(PostgresFailure) in try PositionTable().write(rows[...], in: session) }
    }

    func take(events: [[UInt8]], on topic: String) throws {
        let table = try #require(EventTable.all.first { $0.table.topic == topic }?.table)
        var builder = BatchBuilder()
        for event in events { builder.append(key: nil, value: event, time: .distantPast) }
        let batch = builder.finish()
        var decoder = EventDecoder()
        var rows: [EventRow] = []
        for index in 0..<batch.count { if let row = try decoder.decode(index, of: batch) { rows.append(row) } }
        let found = rows
        try pool.with { session throws(PostgresFailure) in try table.write(found[...], in: session) }
    }
}
