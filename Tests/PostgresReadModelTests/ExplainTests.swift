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
    private static func filled() throws -> (session: PostgresSession, uri: String) {
        let uri = try database.get()
        return (try PostgresSession(PostgresSettings(Secret(uri))), uri)
    }

    private static let database = Result { try fill() }

    private static func fill() throws -> String {
        let uri = try PostgresServer.shared().database()
        let settings = PostgresSettings(Secret(uri), statementTimeout: .seconds(120))
        try SeriesDatabase(PostgresPool(settings, limit: 1, clock: { EventTime(microseconds: 0) })).ensure()
        let session = try PostgresSession(settings)
        try PostgresSink.schema.ensure(in: session)
        try session.run(
            """
            INSERT INTO loads (id, load_number, customer_id, carrier_id, pickup_location, delivery_location, pickup_address, delivery_address,
                pickup_datetime, delivery_datetime, weight, status, delivered_at, document, created_at, updated_at, version)
            SELECT gen_random_uuid(), 'LH-' || n, 'c' || n % 500, lpad((n % 300)::text, 32, '0')::uuid,
                ST_MakePoint(-125 + n % 590 * 0.1, 25 + n % 240 * 0.1)::geography, ST_MakePoint(-95, 30)::geography, n || ' Main St',
                'elm' || n % 1000 || ' Dallas', at, at + interval '1 day', n % 45000,
                (CASE WHEN n % 1000 = 0 THEN 'DELAYED' ELSE 'DELIVERED' END)::load_status, at + interval '1 day', '{}', at, at, 1
            FROM generate_series(1, 30000) AS n CROSS JOIN LATERAL (SELECT '2026-01-01'::timestamptz + n * interval '1 minute' AS at) AS t;
            SELECT linehaul_make_room('vehicle_tracking', ARRAY['2026-01-02'::timestamptz]);
            INSERT INTO vehicle_tracking (vehicle_id, time, location)
            SELECT lpad((n % 100)::text, 32, '0')::uuid, '2026-01-01'::timestamptz + n * interval '10 seconds', ST_MakePoint(1, 2)::geography
            FROM generate_series(1, 30000) AS n;
            INSERT INTO event_counts SELECT '2026-01-01'::timestamptz + n * interval '1 minute', 'LOAD_CREATED', '', 0, 1
            FROM generate_series(1, 30000) AS n;
            ANALYZE loads, event_counts
            """)
        try session.run("VACUUM ANALYZE vehicle_tracking")
        return uri
    }

    private func query(_ conditions: [EntityQuery.Condition?]) -> EntityQuery { EntityQuery(.loads, conditions.compactMap { $0 }) }
    private func oneOf(_ name: String, _ text: String) -> EntityQuery.Condition? { Collection.loads[name].map { .oneOf($0, [text]) } }

    @Test func `an index answers every kind of question`() throws {
        let session = try Self.filled().session
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
            let sql = question.page(page, asking: Set(question.words.indices))
            let text = try plan(sql, question.values)
            #expect(text.contains(index), "\(sql)\n\(text)")
        }
        let heavy = query([oneOf("status", "DELIVERED"), Collection.loads["weight"].map { .numbers($0, atLeast: 30_000, atMost: 30_010) }])
        let ofWeight = PageQuestion(heavy)
        #expect(try plan(ofWeight.total(), ofWeight.values).contains("loads_weight"))
        let span = [PostgresValue(Self.carrier), PostgresValue(Self.day.sql), PostgresValue(Self.day.advanced(by: Self.hour).sql)]
        for (sql, values) in [
            (Tracks.pageSQL(limit: 100), span), (Tracks.bucketSQL(limit: 100), span + [PostgresValue("5 minutes")]),
        ] {
            let text = try plan(sql, values)
            #expect(text.contains("Index Only Scan") && text.contains("vehicle_tracking_2026w01_pkey"), "\(text)")
        }
        let ofCarrier = try plan(PerformanceSQL.deliveredSQL(by: "carrier_id"), span)
        #expect(ofCarrier.contains("loads_carrier_delivered"), "\(ofCarrier)")
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

    @Test func `words that most rows have are met among the newest, and rare ones by their index`() throws {
        let session = try Self.filled().session
        let asked = query([.words("elm77 dallas")])
        let question = PageQuestion(asked)
        let expected = try question.words.map { word in
            let (sql, values) = question.expectation(of: word)
            return try #require(PlanEstimate.rows(of: session.query(sql, values).text(0, 0) ?? ""))
        }
        #expect(expected[0] < 1_000 && expected[1] > 25_000, "\(expected)")
        func plan(asking words: PageQuestion.Words) throws -> String {
            let found = try session.query("EXPLAIN \(question.page(asked, asking: words))", question.values)
            return (0..<found.count).compactMap { found.text($0, 0) }.joined(separator: "\n")
        }
        #expect(try plan(asking: [0]).contains("loads_search") && !plan(asking: []).contains("loads_search"))
    }

    @Test func `what a status has is counted as it changes, and more than ten thousand others are not counted out`() throws {
        let uri = try Self.filled().uri
        let pool = PostgresPool(
            PostgresSettings(Secret(uri), preparation: DatabaseReadModel.preparation), limit: 1, clock: { EventTime(microseconds: 0) })
        let model = DatabaseReadModel(entities: pool, series: nil, otherwise: Unasked(), clock: { EventTime(microseconds: 0) })
        #expect(try model.page(query([])).total == 30_000)
        #expect(try model.page(query([oneOf("status", "DELIVERED")])).total == 29_970)
        let dallas = try model.page(query([.words("dallas")]))
        #expect(dallas.total == PageQuestion.most + 1 && dallas.items.count == 50)
        #expect(try model.page(query([.words("elm77 dallas")])).total == 330)
    }
}

/// What is asked of memory here: nothing.
private struct Unasked: ReadModel {
    func page(_ query: EntityQuery) -> EntityPage { EntityPage(items: [], total: 0) }
    func track(_ query: TrackQuery) -> TrackPage { TrackPage(points: [], total: 0) }
    func buckets(_ query: TrackQuery, every interval: EventTime.Span) -> [TrackBucket] { [] }
    func dashboard(_ query: DashboardQuery) -> DashboardFigures { DashboardFigures() }
    func performance(_ query: PerformanceQuery) -> PerformanceFigures { PerformanceFigures() }
}
