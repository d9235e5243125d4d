import Freight
import PostgresClient
import StreamCore
import StreamTesting
import TestServers
import Testing
import Wire

@testable import TimescaleSink

/// The tables over time on a plain PostgreSQL.
@Suite(.enabled(if: PostgresServer.missing == nil, "PostgreSQL is not installed here")) struct SeriesTests {
    private let bed: SeriesBed

    init() async throws { bed = try await SeriesBed(PostgresServer.shared().database()) }

    @Test func `a plain PostgreSQL is found out, and keeps a partition for each week`() async throws {
        try bed.depot.publish([bed.fix(0), bed.fix(1), bed.fix(0), bed.fix(7 * 24 * 60)], to: "tracking")
        try await bed.depot.settled()
        #expect(bed.database.kind == .plain)
        #expect(
            try bed.table("SELECT ST_AsText(location), speed, time FROM vehicle_tracking ORDER BY time")
                == [
                    ["POINT(-87.5 41.5)", "0", "2030-01-04 08:00:00+00"], ["POINT(-87.5 41.5)", "1", "2030-01-04 08:01:00+00"],
                    ["POINT(-87.5 41.5)", "10080", "2030-01-11 08:00:00+00"],
                ])
        let partitions = try bed.table("SELECT relname FROM pg_class WHERE relname LIKE 'vehicle_tracking_2030%' AND relkind = 'r' ORDER BY 1")
        #expect(Set([["vehicle_tracking_2030w01"], ["vehicle_tracking_2030w02"]]).isSubset(of: Set(partitions)))
        #expect(try bed.table("SELECT vehicle_id, fixes, max_speed FROM daily_vehicle_utilization ORDER BY bucket").first?[1] == "2")
        await bed.depot.stop()
    }

    @Test func `events stand in the stream once, and in the tables of their own`() async throws {
        let said = JSON.object(["old_status": "CREATED", "new_status": "ASSIGNED", "carrier_id": .string("\(SeriesBed.load)")])
        let assigned = bed.event(.loadAssigned, 1, .load, said)
        try bed.depot.publish([assigned, assigned, bed.event(.loadInTransit, 2, .load, .object(["new_status": "IN_TRANSIT"]))], to: "loads")
        try bed.depot.publish([bed.event(.driverStatusChanged, 3, .driver, .object(["new_status": "DRIVING", "duty": false]))], to: "drivers")
        try bed.depot.publish([bed.event(.routeOptimized, 4, .route, .object(["distance_miles": 1951, "cost": 3708.45]))], to: "routes")
        try bed.depot.publish(
            [bed.event(.carrierPerformanceUpdated, 5, .carrier, .object(["on_time_rate": 0.5, "loads_delivered": 2]))], to: "carriers")
        try await bed.depot.settled()
        #expect(try bed.table("SELECT event_type FROM event_stream ORDER BY time").count == 5)
        #expect(
            try bed.table("SELECT event_type, old_status, new_status FROM load_events ORDER BY time")
                == [["LOAD_ASSIGNED", "CREATED", "ASSIGNED"], ["LOAD_IN_TRANSIT", nil, "IN_TRANSIT"]])
        #expect(try bed.table("SELECT new_status, duty FROM driver_activity") == [["DRIVING", "f"]])
        #expect(try bed.table("SELECT distance_miles, cost FROM route_analytics") == [["1951", "3708.45"]])
        #expect(
            try bed.table("SELECT metric, average FROM hourly_performance ORDER BY metric") == [
                ["loads_delivered", "2"], ["on_time_rate", "0.5"],
            ])
        #expect(try bed.table("SELECT new_status, changes FROM hourly_load_status ORDER BY 1") == [["ASSIGNED", "1"], ["IN_TRANSIT", "1"]])
        await bed.depot.stop()
    }

    @Test func `weeks that are over age are dropped`() async throws {
        try bed.session.run("SELECT 1")
        try bed.database.ensure()
        try bed.session.run(
            """
            SELECT linehaul_make_room('event_stream', ARRAY['2001-01-03'::timestamptz, now()]);
            INSERT INTO event_stream (entity_id, time, event_id, event_type, entity_type, topic, data)
            VALUES ('a', '2001-01-03', gen_random_uuid(), 'X', 'LOAD', 't', '{}'), ('a', now(), gen_random_uuid(), 'X', 'LOAD', 't', '{}')
            """)
        try bed.database.ensure([("event_stream", .seconds(183 * 86_400))])
        #expect(try bed.table("SELECT count(*) FROM event_stream") == [["1"]])
        await bed.depot.stop()
    }
}
