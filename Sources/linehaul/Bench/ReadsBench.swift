internal import PostgresClient
internal import PostgresReadModel
internal import PostgresSink
internal import PostgresSinks
internal import ReadModel
internal import StreamCore
internal import TimescaleSink

/// `linehaul bench reads`: how long the read model on PostgreSQL takes for what the API asks of it, at the size of a large fleet.
///
/// The database is filled with SQL, not through the sinks, and analysed; that is not timed. Questions are then asked one at a time, each about
/// something else, and in turn of each kind, so that none finds its own pages warm alone.
struct ReadsBench {
    /// An empty database.
    let uri: String
    var loads = 1_000_000
    var positions = 10_000_000
    var queries = 200

    private static let carriers = 300
    private static let vehicles = 5_000
    private static let customers = 2_000
    private static let beginning = EventTime(rfc3339: "2026-01-01T00:00:00Z") ?? .distantPast

    init(uri: String) { self.uri = uri }

    func run() throws -> JSON {
        let pool = PostgresPool(
            PostgresSettings(Secret(uri), statementTimeout: .seconds(3_600)), limit: 2, clock: SystemClock.now)
        defer { pool.close() }
        try SeriesDatabase(pool).ensure()
        try pool.with { session throws(PostgresFailure) in
            try PostgresSink.schema.ensure(in: session)
            if try session.query("SELECT 1 FROM loads LIMIT 1").count == 0 { try fill(session) }
        }
        let reading = PostgresPool(
            PostgresSettings(Secret(uri), statementTimeout: .seconds(5), preparation: DatabaseReadModel.preparation), limit: 2,
            clock: SystemClock.now)
        defer { reading.close() }
        let model = DatabaseReadModel(entities: reading, series: reading, otherwise: Unasked(), clock: SystemClock.now)
        var times: [String: [Double]] = [:]
        var random = UInt64(88_172_645_463_325_252)
        let clock = ContinuousClock()
        for number in 0..<queries {
            for kind in Kind.allCases {
                let begun = clock.now
                try ask(kind, number, model, &random)
                times[kind.rawValue, default: []].append((clock.now - begun) / .milliseconds(1))
            }
        }
        return .object(
            [
                JSON.Member("loads", .integer(Int64(loads))), JSON.Member("positions", .integer(Int64(positions))),
                JSON.Member("questions_of_each", .integer(Int64(queries))),
            ]
                + Kind.allCases.map { kind in
                    let found = times[kind.rawValue] ?? []
                    return JSON.Member(
                        kind.rawValue,
                        .object([
                            "p50_milliseconds": .number(found.percentile(0.5)), "p95_milliseconds": .number(found.percentile(0.95)),
                            "p99_milliseconds": .number(found.percentile(0.99)),
                        ]))
                })
    }

    /// What is asked.
    private enum Kind: String, CaseIterable {
        case newest, status, carrier, customer, words, near, dates, weight, vehicles, track, buckets, dashboard, month, performance
    }

    private func ask(_ kind: Kind, _ number: Int, _ model: DatabaseReadModel, _ random: inout UInt64) throws {
        func unit() -> Double {
            random ^= random << 13
            random ^= random >> 7
            random ^= random << 17
            return Double(random >> 11) / 9_007_199_254_740_992
        }
        func loads(_ conditions: EntityQuery.Condition?...) throws {
            _ = try model.page(EntityQuery(.loads, conditions.compactMap { $0 }, limit: 50))
        }
        func oneOf(_ name: String, _ text: String) -> EntityQuery.Condition? { Collection.loads[name].map { .oneOf($0, [text]) } }
        func dashboard(of days: Int, step: Int) throws {
            let end = Self.beginning.advanced(by: .init(.seconds(Double(self.loads) * 30)))
            _ = try model.dashboard(
                DashboardQuery(from: end.advanced(by: .init(.seconds(-86_400 * days))), until: end, step: .init(.seconds(step))))
        }
        let moment = Self.beginning.advanced(by: .init(.seconds(Double(self.loads) * 30 * unit())))
        let vehicle = Self.id(2, Int(unit() * Double(Self.vehicles)))
        switch kind {
        case .newest: _ = try model.page(EntityQuery(.loads, limit: 50, offset: number * 7 % 500))
        case .status: try loads(oneOf("status", ["CREATED", "IN_TRANSIT", "DELIVERED", "DELAYED"][number % 4]))
        case .carrier: try loads(oneOf("carrier_id", Self.id(1, Int(unit() * Double(Self.carriers)))), oneOf("status", "DELIVERED"))
        case .customer: try loads(oneOf("customer_id", "customer\(Int(unit() * Double(Self.customers)))"))
        case .words: try loads(.words("elm\(Int(unit() * 5_000)) dallas"))
        case .near:
            try loads(.near(Collection.loads.places, latitude: 26 + 20 * unit(), longitude: -120 + 45 * unit(), miles: 10))
        case .dates:
            try loads(
                .instants(
                    ["pickup_datetime", "delivery_datetime"].compactMap { Collection.loads[$0] }, from: moment,
                    until: moment.advanced(by: .init(.seconds(3_600)))))
        case .weight:
            try loads(oneOf("status", "IN_TRANSIT"), Collection.loads["weight"].map { .numbers($0, atLeast: 30_000, atMost: 31_000) })
        case .vehicles: _ = try model.page(EntityQuery(.vehicles, [.available(true)], limit: 50))
        case .track:
            _ = try model.track(TrackQuery(vehicle, from: Self.beginning, until: .distantFuture, limit: 1_000))
        case .buckets:
            let start = Self.beginning.advanced(by: .init(.seconds(Double(positions / Self.vehicles) * 30 * unit())))
            _ = try model.buckets(
                TrackQuery(vehicle, from: start, until: start.advanced(by: .init(.seconds(86_400))), limit: 500),
                every: .init(.seconds(300)))
        case .dashboard: try dashboard(of: 1, step: 3_600)
        case .month: try dashboard(of: 30, step: 86_400)
        case .performance:
            let carrier = Self.id(1, Int(unit() * Double(Self.carriers)))
            _ = try model.performance(
                PerformanceQuery(.carrier(carrier), from: moment, until: moment.advanced(by: .init(.seconds(30 * 86_400)))))
        }
    }

    private static func id(_ kind: Int, _ number: Int) -> String {
        let digits = "\(number)"
        return "00000000-0000-4000-800\(kind)-" + String(repeating: "0", count: 12 - digits.count) + digits
    }

    private func fill(_ session: PostgresSession) throws(PostgresFailure) {
        func id(_ kind: Int, _ number: String) -> String { "('00000000-0000-4000-800\(kind)-' || lpad((\(number))::text, 12, '0'))::uuid" }
        try session.run(
            """
            SET synchronous_commit = off;
            INSERT INTO vehicles (id, carrier_id, vehicle_number, vehicle_type, status, current_location, document, created_at, updated_at, version)
            SELECT \(id(2, "n")), \(id(1, "n % \(Self.carriers)")), 'T-' || n, 'TRUCK',
                (CASE WHEN n % 3 = 0 THEN 'AVAILABLE' ELSE 'IN_TRANSIT' END)::vehicle_status,
                ST_MakePoint(-120 + random() * 45, 26 + random() * 20)::geography, '{}', now() - n * interval '1 second', now(), 1
            FROM generate_series(0, \(Self.vehicles - 1)) AS n;
            INSERT INTO loads (id, load_number, customer_id, carrier_id, pickup_location, delivery_location, pickup_address, delivery_address,
                pickup_datetime, delivery_datetime, weight, rate, status, picked_up_at, delivered_at, document, created_at, updated_at, version)
            SELECT \(id(3, "n")), 'LH-' || n, 'customer' || (n * 7919 % \(Self.customers)), \(id(1, "n * 104729 % \(Self.carriers)")),
                ST_MakePoint(-120 + random() * 45, 26 + random() * 20)::geography,
                ST_MakePoint(-120 + random() * 45, 26 + random() * 20)::geography, n || ' Main Street Houston',
                n || ' Elm' || (n * 31 % 5000) || ' Dallas', made + interval '8 hours', made + interval '30 hours', n * 17 % 45000,
                (n % 5000)::numeric + 0.5,
                (CASE WHEN n > \(loads) * 0.98 THEN 'CREATED' WHEN n > \(loads) * 0.95 THEN 'IN_TRANSIT' WHEN n % 500 = 0 THEN 'DELAYED'
                    ELSE 'DELIVERED' END)::load_status, made + interval '9 hours',
                CASE WHEN n <= \(loads) * 0.95 THEN made + interval '28 hours' END, json_build_object('id', n, 'load_number', 'LH-' || n,
                    'filler', repeat('x', 900)), made, made, 1
            FROM generate_series(1::bigint, \(loads)) AS n CROSS JOIN LATERAL (
                SELECT '2026-01-01'::timestamptz + n * interval '30 seconds' AS made) AS moment;
            SELECT linehaul_make_room('vehicle_tracking', array_agg(week)) FROM generate_series('2026-01-01'::timestamptz,
                '2026-01-01'::timestamptz + \(positions / Self.vehicles + 1) * interval '30 seconds' + interval '7 days', interval '7 days') AS week;
            INSERT INTO vehicle_tracking (vehicle_id, time, location, speed, heading)
            SELECT \(id(2, "v")), '2026-01-01'::timestamptz + n * interval '30 seconds',
                ST_MakePoint(-120 + n * 0.0005 + v * 0.001, 26 + v * 0.004)::geography, n % 70, n % 360
            FROM generate_series(0, \(positions / Self.vehicles - 1)) AS n CROSS JOIN generate_series(0, \(Self.vehicles - 1)) AS v;
            INSERT INTO event_counts (at, event_type, carrier_id, shard, events)
            SELECT '2026-01-01'::timestamptz + n * interval '1 minute', type, '', 0, 10
            FROM generate_series(0, \(loads / 2)) AS n CROSS JOIN unnest(ARRAY['LOAD_CREATED', 'LOAD_DELIVERED', 'ROUTE_OPTIMIZED']) AS type
            """)
        for table in ["loads", "vehicles", "vehicle_tracking", "event_counts"] { try session.run("VACUUM ANALYZE \(table)") }
    }
}

/// What no database is bound for is asked of nobody here.
private struct Unasked: ReadModel {
    func page(_ query: EntityQuery) -> EntityPage { EntityPage(items: [], total: 0) }
    func track(_ query: TrackQuery) -> TrackPage { TrackPage(points: [], total: 0) }
    func buckets(_ query: TrackQuery, every interval: EventTime.Span) -> [TrackBucket] { [] }
    func dashboard(_ query: DashboardQuery) -> DashboardFigures { DashboardFigures() }
    func performance(_ query: PerformanceQuery) -> PerformanceFigures { PerformanceFigures() }
}
