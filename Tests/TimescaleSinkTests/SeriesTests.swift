import Dataflow
import Freight
import PostgresClient
import StreamCore
import StreamTesting
import TestServers
import Testing
import Wire

@testable import TimescaleSink

/// The tables over time on a plain PostgreSQL; on TimescaleDB too where `LINEHAUL_TEST_TIMESCALE` names one.
@Suite(.enabled(if: PostgresServer.missing == nil, "PostgreSQL is not installed here")) struct SeriesTests {
    private let session: PostgresSession
    private let depot: Depot
    private let database: SeriesDatabase

    private static let vehicle = "0190f3c2-6b7e-7c3a-8d1e-00000000000b"
    private static let load: EntityID = "0190f3c2-6b7e-7c3a-8d1e-00000000000a"
    private static let now = EventTime(rfc3339: "2030-01-04T08:00:00Z") ?? .distantPast

    init() async throws {
        let uri = try PostgresServer.shared().database()
        session = try PostgresSession(PostgresSettings(Secret(uri)))
        database = SeriesDatabase(PostgresPool(PostgresSettings(Secret(uri)), limit: 4, clock: { EventTime(microseconds: 0) }))
        var settings = SettingsReader()
        let job = try TimescaleSink(database, settings: &settings)
        depot = try await Depot(job, try JobHarness.bindings(of: job, partitions: Depot.partitions))
    }

    private func fix(_ minute: Int) -> Record {
        let time = Self.now.advanced(by: .init(.seconds(minute * 60)))
        return Record(
            """
            {"event_type":"VEHICLE_LOCATION_UPDATED","timestamp":"\(time.rfc3339)","data":{"vehicle_id":"\(Self.vehicle)","location":\
            {"latitude":41.5,"longitude":-87.5},"speed":\(minute)}}
            """, key: Self.vehicle, at: time)
    }

    private func event(_ type: EventType, _ number: Int, _ entity: EntityType = .load, _ data: JSON) -> Record {
        let envelope = EventEnvelope(
            eventID: EntityID("0190f3c2-6b7e-7c3a-8d1e-\(100_000_000_000 + number)"), type: type,
            timestamp: Self.now.advanced(by: .init(.seconds(number))), source: "test", entityType: entity, entityID: Self.load)
        var out = ByteWriter(capacity: 256)
        envelope.write(into: &out, data: RawJSON(data.compact))
        return Record(key: Self.load.utf8, value: out.take(), time: Self.now)
    }

    private func table(_ sql: String) throws -> [[String?]] {
        let found = try session.query(sql)
        return (0..<found.count).map { row in found.columns.indices.map { found.text(row, $0) } }
    }

    @Test func `a plain PostgreSQL is found out, and keeps a partition for each week`() async throws {
        try depot.publish([fix(0), fix(1), fix(0), fix(7 * 24 * 60)], to: "tracking")
        try await depot.settled()
        #expect(database.kind == .plain)
        #expect(
            try table("SELECT ST_AsText(location), speed, time FROM vehicle_tracking ORDER BY time")
                == [
                    ["POINT(-87.5 41.5)", "0", "2030-01-04 08:00:00+00"], ["POINT(-87.5 41.5)", "1", "2030-01-04 08:01:00+00"],
                    ["POINT(-87.5 41.5)", "10080", "2030-01-11 08:00:00+00"],
                ])
        let partitions = try table("SELECT relname FROM pg_class WHERE relname LIKE 'vehicle_tracking_2030%' AND relkind = 'r' ORDER BY 1")
        #expect(Set([["vehicle_tracking_2030w01"], ["vehicle_tracking_2030w02"]]).isSubset(of: Set(partitions)))
        #expect(try table("SELECT vehicle_id, fixes, max_speed FROM daily_vehicle_utilization ORDER BY bucket").first?[1] == "2")
        await depot.stop()
    }

    @Test func `events stand in the stream once, and in the tables of their own`() async throws {
        let said = JSON.object(["old_status": "CREATED", "new_status": "ASSIGNED", "carrier_id": .string("\(Self.load)")])
        let assigned = event(.loadAssigned, 1, .load, said)
        try depot.publish([assigned, assigned, event(.loadInTransit, 2, .load, .object(["new_status": "IN_TRANSIT"]))], to: "loads")
        try depot.publish([event(.driverStatusChanged, 3, .driver, .object(["new_status": "DRIVING", "duty": false]))], to: "drivers")
        try depot.publish([event(.routeOptimized, 4, .route, .object(["distance_miles": 1951, "cost": 3708.45]))], to: "routes")
        try depot.publish(
            [event(.carrierPerformanceUpdated, 5, .carrier, .object(["on_time_rate": 0.5, "loads_delivered": 2]))], to: "carriers")
        try await depot.settled()
        #expect(try table("SELECT event_type FROM event_stream ORDER BY time").count == 5)
        #expect(
            try table("SELECT event_type, old_status, new_status FROM load_events ORDER BY time")
                == [["LOAD_ASSIGNED", "CREATED", "ASSIGNED"], ["LOAD_IN_TRANSIT", nil, "IN_TRANSIT"]])
        #expect(try table("SELECT new_status, duty FROM driver_activity") == [["DRIVING", "f"]])
        #expect(try table("SELECT distance_miles, cost FROM route_analytics") == [["1951", "3708.45"]])
        #expect(
            try table("SELECT metric, average FROM hourly_performance ORDER BY metric") == [
                ["loads_delivered", "2"], ["on_time_rate", "0.5"],
            ])
        #expect(try table("SELECT new_status, changes FROM hourly_load_status ORDER BY 1") == [["ASSIGNED", "1"], ["IN_TRANSIT", "1"]])
        await depot.stop()
    }

    @Test func `weeks that are over age are dropped`() async throws {
        try session.run("SELECT 1")
        try database.ensure()
        try session.run(
            """
            SELECT linehaul_make_room('event_stream', ARRAY['2001-01-03'::timestamptz, now()]);
            INSERT INTO event_stream (entity_id, time, event_id, event_type, entity_type, topic, data)
            VALUES ('a', '2001-01-03', gen_random_uuid(), 'X', 'LOAD', 't', '{}'), ('a', now(), gen_random_uuid(), 'X', 'LOAD', 't', '{}')
            """)
        try database.ensure([("event_stream", .seconds(183 * 86_400))])
        #expect(try table("SELECT count(*) FROM event_stream") == [["1"]])
        await depot.stop()
    }
}
