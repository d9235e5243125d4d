import PostgresClient
import PostgresSinks
import StreamCore
import TestServers
import Testing

@testable import PostgresSink

/// What lists and searches ask is answered out of an index.
@Suite(.enabled(if: PostgresServer.missing == nil, "PostgreSQL is not installed here")) struct IndexTests {
    private static let questions = [
        ("loads_status", "SELECT document FROM loads WHERE status = 'DELAYED' ORDER BY created_at DESC LIMIT 50"),
        ("loads_carrier", "SELECT document FROM loads WHERE carrier_id = '\(carrier)' ORDER BY created_at DESC LIMIT 50"),
        ("loads_customer", "SELECT document FROM loads WHERE customer_id = 'c7' ORDER BY created_at DESC LIMIT 50"),
        ("loads_newest", "SELECT document FROM loads ORDER BY created_at DESC, id LIMIT 50"),
        ("loads_search", "SELECT document FROM loads WHERE search @@ to_tsquery('simple', 'elm77:*')"),
        (
            "loads_pickup_location",
            "SELECT document FROM loads WHERE ST_DWithin(pickup_location, ST_MakePoint(-95.4, 29.8)::geography, 5000) LIMIT 50"
        ),
        ("loads_pickup", "SELECT document FROM loads WHERE pickup_datetime BETWEEN '2026-01-02' AND '2026-01-02 00:10'"),
        ("loads_delivered", "SELECT count(*) FROM loads WHERE delivered_at > '2027-01-01'"),
    ]
    private static let carrier = "00000000-0000-0000-0000-000000000007"

    @Test func `an index answers`() throws {
        let session = try PostgresSession(PostgresSettings(Secret(try PostgresServer.shared().database())))
        try PostgresSchema(of: "linehaul", Tables.migrations).ensure(in: session)
        try session.run(
            """
            INSERT INTO loads (id, load_number, customer_id, carrier_id, pickup_location, delivery_location, pickup_address, delivery_address,
                pickup_datetime, delivery_datetime, status, document, created_at, updated_at, version)
            SELECT gen_random_uuid(), 'LH-' || n, 'c' || n % 500, lpad((n % 300)::text, 32, '0')::uuid,
                ST_MakePoint(-125 + n % 590 * 0.1, 25 + n % 240 * 0.1)::geography, ST_MakePoint(-95, 30)::geography, n || ' Main St',
                'elm' || n % 1000 || ' Dallas', '2026-01-01'::timestamptz + n * interval '1 minute',
                '2026-01-02'::timestamptz + n * interval '1 minute', (CASE WHEN n % 1000 = 0 THEN 'DELAYED' ELSE 'DELIVERED' END)::load_status, '{}',
                '2026-01-01'::timestamptz + n * interval '1 minute', now(), 1
            FROM generate_series(1, 30000) AS n;
            ANALYZE loads
            """)
        for (index, question) in Self.questions {
            let plan = try session.query("EXPLAIN \(question)")
            let text = (0..<plan.count).compactMap { plan.text($0, 0) }.joined(separator: "\n")
            #expect(text.contains(index), "\(question)\n\(text)")
        }
    }
}
