import Dataflow
import Freight
import PostgresClient
import StreamCore
import StreamTesting
import Wire

@testable import TimescaleSink

/// The job at work on a database, and what it wrote there.
struct SeriesBed {
    let session: PostgresSession
    var depot: Depot
    let database: SeriesDatabase

    static let vehicle = "0190f3c2-6b7e-7c3a-8d1e-00000000000b"
    static let load: EntityID = "0190f3c2-6b7e-7c3a-8d1e-00000000000a"
    static let now = EventTime(rfc3339: "2030-01-04T08:00:00Z") ?? .distantPast

    /// The job over the database that `uri` leads to, which is empty; it gets there by the way of `reached`.
    init(_ uri: String, reached: String? = nil) async throws {
        session = try PostgresSession(PostgresSettings(Secret(uri)))
        database = SeriesDatabase(
            PostgresPool(
                PostgresSettings(Secret(reached ?? uri), statementTimeout: .seconds(10)), limit: 4, breaker: CircuitBreaker(after: 1_000),
                clock: { EventTime(microseconds: 0) }))
        var settings = SettingsReader()
        let job = try TimescaleSink(database, settings: &settings)
        depot = try await Depot(job, try JobHarness.bindings(of: job, partitions: Depot.partitions))
    }

    func fix(_ minute: Int) -> Record {
        let time = Self.now.advanced(by: .init(.seconds(minute * 60)))
        return Record(
            """
            {"event_type":"VEHICLE_LOCATION_UPDATED","timestamp":"\(time.rfc3339)","data":{"vehicle_id":"\(Self.vehicle)","location":\
            {"latitude":41.5,"longitude":-87.5},"speed":\(minute)}}
            """, key: Self.vehicle, at: time)
    }

    func event(_ type: EventType, _ number: Int, _ entity: EntityType = .load, _ data: JSON) -> Record {
        let envelope = EventEnvelope(
            eventID: EntityID("0190f3c2-6b7e-7c3a-8d1e-\(100_000_000_000 + number)"), type: type,
            timestamp: Self.now.advanced(by: .init(.seconds(number))), source: "test", entityType: entity, entityID: Self.load)
        var out = ByteWriter(capacity: 256)
        envelope.write(into: &out, data: RawJSON(data.compact))
        return Record(key: Self.load.utf8, value: out.take(), time: Self.now)
    }

    func table(_ sql: String) throws -> [[String?]] {
        let found = try session.query(sql)
        return (0..<found.count).map { row in found.columns.indices.map { found.text(row, $0) } }
    }
}
