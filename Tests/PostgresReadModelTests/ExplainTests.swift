import PostgresClient
import PostgresSink
import PostgresSinks
import ReadModel
import StreamCore
import TestServers
import Testing
import TimescaleSink

@testable import PostgresReadModel

/// What the read model asks is answered out of an index.
@Suite(.enabled(if: PostgresServer.missing == nil, "PostgreSQL is not installed here")) struct ExplainTests {
    private static let carrier = "00000000-0000-0000-0000-000000000007"
    private static let day = EventTime(rfc3339: "2026-01-02T00:00:00Z") ?? .distantPast
    private static let hour = EventTime.Span(.seconds(3_600))

    /// Loads and positions enough for the planner to prefer an index, in a database of its own.
    private static func filled() throws -> PostgresSession {
        let settings = PostgresSettings(Secret(try PostgresServer.shared().database()), statementTimeout: .seconds(120))
        try SeriesDatabase(PostgresPool(settings, limit: 1, clock: { EventTime(microseconds: 0) })).ensure()
        let session = try PostgresSession(settings)
        try PostgresSink.schema.ensure(in: session)
        try session.run(
            """
            INSERT INTO loads (id, load_number, customer_id, carrier_id, pickup_location, delivery_location, pickup_address, delivery_address,
                pickup_datetime, delivery_datetime, status, delivered_at, document, created_at, updated_at, version)
            SELECT gen_random_uuid(), 'LH-' || n, 'c' || n % 500, lpad((n % 300)::text, 32, '0')::uuid,
                ST_MakePoint(-125 + n % 590 * 0.1, 25 + n % 240 * 0.1)::geography, ST_MakePoint(-95, 30)::geography, n || ' Main St',
                'elm' || n % 1000 || ' Dallas', at, at + interval '1 day',
                (CASE WHEN n % 1000 = 0 THEN 'DELAYED' ELSE 'DELIVERED' END)::load_status, at + interval '1 day', '{}', at, at, 1
            FROM generate_series(1, 30000) AS n CROSS JOIN LATERAL (SELECT '2026-01-01'::timestamptz + n * interval '1 minute' AS at) AS t;
            SELECT linehaul_make_room('vehicle_tracking', ARRAY['2026-01-02'::timestamptz]);
            INSERT INTO vehicle_tracking (vehicle_id, time, location)
            SELECT lpad((n % 100)::text, 32, '0')::uuid, '2026-01-01'::timestamptz + n * interval '10 seconds', ST_MakePoint(1, 2)::geography
            FROM generate_series(1, 30000) AS n;
            INSERT INTO event_counts SELECT '2026-01-01'::timestamptz + n * interval '1 minute', 'LOAD_CREATED', '', 0, 1
            FROM generate_series(1, 30000) AS n;
            ANALYZE
            """)
        return session
    }

    private func query(_ conditions: [EntityQuery.Condition?]) -> EntityQuery { EntityQuery(.loads, conditions.compactMap { $0 }) }
    private func oneOf(_ name: String, _ text: String) -> EntityQuery.Condition? { Collection.loads[name].map { .oneOf($0, [text]) } }

    @Test func `an index answers every kind of question`() throws {
        let session = try Self.filled()
        func plan(_ sql: String, _ values: [PostgresValue]) throws -> String {
            let found = try session.query("EXPLAIN \(sql)", values)
            return (0..<found.count).compactMap { found.text($0, 0) }.joined(separator: "\n")
        }
        let pages: [(String, EntityQuery)] = [
            ("loads_newest", query([])), ("loads_status", query([oneOf("status", "DELAYED")])),
            ("loads_carrier", query([oneOf("carrier_id", Self.carrier)])), ("loads_customer", query([oneOf("customer_id", "c7")])),
            ("loads_search", query([.words("elm77")])),
            ("loads_pickup_location", query([.near(Collection.loads.places, latitude: 29.8, longitude: -101, miles: 3)])),
            (
                "loads_pickup",
                query([
                    .instants(
                        ["pickup_datetime", "delivery_datetime"].compactMap { Collection.loads[$0] }, from: Self.day,
                        until: Self.day.advanced(by: Self.hour))
                ])
            ),
        ]
        for (index, page) in pages {
            let question = PageQuestion(page)
            let text = try plan(question.page(page), question.values)
            #expect(text.contains(index), "\(question.page(page))\n\(text)")
        }
        let span = [PostgresValue(Self.carrier), PostgresValue(Self.day.sql), PostgresValue(Self.day.advanced(by: Self.hour).sql)]
        for (sql, values) in [
            (Tracks.pageSQL(limit: 100), span), (Tracks.bucketSQL(limit: 100), span + [PostgresValue("5 minutes")]),
        ] {
            let text = try plan(sql, values)
            #expect(text.contains("vehicle_tracking_2026w01_pkey"), "\(text)")
        }
        let board = DashboardQuery(from: Self.day, until: Self.day.advanced(by: Self.hour), step: .init(.seconds(300)))
        let window = [board.from.sql, board.until.sql, "300"].map { PostgresValue($0) } + [.null, .null]
        for (index, sql) in [
            ("loads_newest", Figures.madeSQL(board)), ("loads_delivered", Figures.deliveredSQL(board)),
            ("event_counts_pkey", Figures.countedSQL(board)),
        ] {
            let text = try plan(sql, window)
            #expect(text.contains(index), "\(sql)\n\(text)")
        }
    }
}
