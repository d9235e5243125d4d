internal import PostgresSinks

/// The tables over time, as migrations for either kind of database. What is asked of them is the same for both.
enum SeriesSchema {
    /// The tables, the column that names whose a row is, and what tells rows of one entity and time apart, where anything does.
    static let tables: [(name: String, entity: String, ordinal: String?)] = [
        ("vehicle_tracking", "vehicle_id", nil), ("driver_activity", "driver_id", "event_id"), ("load_events", "load_id", "event_id"),
        ("event_stream", "entity_id", "event_id"), ("performance_metrics", "entity_id", "metric"),
        ("route_analytics", "route_id", "event_id"),
    ]

    /// On TimescaleDB: hypertables, compressed after a week, and continuous aggregates.
    static let hypertables = PostgresSchema(
        of: "linehaul-series",
        [
            .init("tables over time", columns(partitioned: false)), .init("hypertables", hyper),
            .init(
                "continuous aggregates",
                aggregates { name, text in
                    """
                    CREATE MATERIALIZED VIEW \(name) WITH (timescaledb.continuous, timescaledb.materialized_only = false) AS
                    \(text.replacing("date_bin", with: "time_bucket").replacing(", origin)", with: ")")) WITH NO DATA;
                    SELECT add_continuous_aggregate_policy('\(name)', start_offset => INTERVAL '3 days', end_offset => INTERVAL '1 hour',
                        schedule_interval => INTERVAL '30 minutes');

                    """
                }),
        ])

    /// On a plain PostgreSQL: a partition for each week, made when its first row comes, and views in place of the aggregates.
    static let partitions = PostgresSchema(
        of: "linehaul-series",
        [
            .init("tables over time", columns(partitioned: true)), .init("partitions", weeks),
            .init(
                "aggregates",
                aggregates { name, text in
                    "CREATE VIEW \(name) AS \(text.replacing("origin", with: "timestamptz '2000-01-03'"));\n"
                }), .init("tracks out of the index alone", covering),
        ])

    private static func columns(partitioned: Bool) -> String {
        let end = partitioned ? " PARTITION BY RANGE (time)" : ""
        return """
            CREATE EXTENSION IF NOT EXISTS postgis;
            CREATE TABLE vehicle_tracking (
                vehicle_id uuid NOT NULL, time timestamptz NOT NULL, driver_id uuid, load_id uuid, location geography(Point, 4326) NOT NULL,
                speed float8, heading float8, accuracy float8, altitude float8, fuel_level float8, odometer float8, engine_hours float8,
                PRIMARY KEY (vehicle_id, time))\(end);
            CREATE TABLE driver_activity (
                driver_id uuid NOT NULL, time timestamptz NOT NULL, event_id uuid NOT NULL, event_type text NOT NULL, old_status text,
                new_status text, duty boolean, special text, exemption text, log_entry_id text, violation_type text, state text,
                PRIMARY KEY (driver_id, time, event_id))\(end);
            CREATE TABLE load_events (
                load_id uuid NOT NULL, time timestamptz NOT NULL, event_id uuid NOT NULL, event_type text NOT NULL, old_status text,
                new_status text, carrier_id uuid, vehicle_id uuid, driver_id uuid, reason text,
                PRIMARY KEY (load_id, time, event_id))\(end);
            CREATE TABLE event_stream (
                entity_id text NOT NULL, time timestamptz NOT NULL, event_id uuid NOT NULL, event_type text NOT NULL,
                entity_type text NOT NULL, topic text NOT NULL, severity text, source text, correlation_id text, data jsonb NOT NULL,
                PRIMARY KEY (entity_id, time, event_id))\(end);
            CREATE INDEX event_stream_type ON event_stream (event_type, time DESC);
            CREATE TABLE performance_metrics (
                entity_id text NOT NULL, time timestamptz NOT NULL, metric text NOT NULL, value float8 NOT NULL,
                PRIMARY KEY (entity_id, time, metric))\(end);
            CREATE TABLE route_analytics (
                route_id uuid NOT NULL, time timestamptz NOT NULL, event_id uuid NOT NULL, event_type text NOT NULL, load_id uuid,
                vehicle_id uuid, distance_miles float8, duration_minutes float8, cost numeric, actual_miles float8, actual_minutes float8,
                state text, distance_off_miles float8, extra_miles float8, estimated_delay float8,
                PRIMARY KEY (route_id, time, event_id))\(end);
            CREATE TABLE event_counts (
                at timestamptz NOT NULL, event_type text NOT NULL, carrier_id text NOT NULL, shard int NOT NULL, events bigint NOT NULL,
                PRIMARY KEY (at, event_type, carrier_id, shard)) WITH (fillfactor = 50);
            COMMENT ON TABLE event_counts IS
                'Events by minute: what dashboards add up. A shard is a session that writes, so that none waits for another.';
            """
    }

    private static let weeks = """
        CREATE FUNCTION linehaul_make_room(parent text, times timestamptz[]) RETURNS void LANGUAGE plpgsql AS $$
        DECLARE
            week timestamp;
            name text;
        BEGIN
            FOR week IN
                SELECT DISTINCT date_trunc('week', each AT TIME ZONE 'UTC') + n * interval '7 days'
                FROM unnest(times) AS each CROSS JOIN generate_series(0, 1) AS n
            LOOP
                name := parent || '_' || to_char(week, 'IYYY"w"IW');
                IF to_regclass(name) IS NULL THEN
                    PERFORM pg_advisory_xact_lock(7817482352);
                    EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', name, parent,
                        week AT TIME ZONE 'UTC', (week + interval '7 days') AT TIME ZONE 'UTC');
                END IF;
            END LOOP;
        END $$;
        CREATE FUNCTION linehaul_keep(parent text, age interval) RETURNS void LANGUAGE plpgsql AS $$
        DECLARE
            child text;
        BEGIN
            FOR child IN
                SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
                WHERE i.inhparent = parent::regclass
                    AND to_date(right(c.relname, 7), 'IYYY"w"IW') + 7 < (now() - age) AT TIME ZONE 'UTC'
            LOOP
                EXECUTE format('DROP TABLE IF EXISTS %I', child);
            END LOOP;
        END $$;
        """

    /// A vehicle's fixes lie far apart in the table, which has them by time: read from there, each would be a page. The index has them side by
    /// side; it answers alone where pages are known to be visible to all, which is why rows that only come are vacuumed early.
    private static let covering = """
        ALTER TABLE vehicle_tracking DROP CONSTRAINT vehicle_tracking_pkey, ADD CONSTRAINT vehicle_tracking_pkey
            PRIMARY KEY (vehicle_id, time) INCLUDE (location, speed, heading, fuel_level, odometer, engine_hours);
        CREATE OR REPLACE FUNCTION linehaul_make_room(parent text, times timestamptz[]) RETURNS void LANGUAGE plpgsql AS $$
        DECLARE
            week timestamp;
            name text;
        BEGIN
            FOR week IN
                SELECT DISTINCT date_trunc('week', each AT TIME ZONE 'UTC') + n * interval '7 days'
                FROM unnest(times) AS each CROSS JOIN generate_series(0, 1) AS n
            LOOP
                name := parent || '_' || to_char(week, 'IYYY"w"IW');
                IF to_regclass(name) IS NULL THEN
                    PERFORM pg_advisory_xact_lock(7817482352);
                    EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)
                        WITH (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_vacuum_insert_threshold = 50000)', name, parent,
                        week AT TIME ZONE 'UTC', (week + interval '7 days') AT TIME ZONE 'UTC');
                END IF;
            END LOOP;
        END $$;
        """

    private static let hyper =
        "CREATE EXTENSION IF NOT EXISTS timescaledb;\n"
        + tables.map { name, entity, ordinal in
            """
            SELECT create_hypertable('\(name)', 'time', chunk_time_interval => INTERVAL '7 days');
            ALTER TABLE \(name) SET (timescaledb.compress, timescaledb.compress_segmentby = '\(entity)',
                timescaledb.compress_orderby = 'time DESC\(ordinal.map { ", \($0)" } ?? "")');
            SELECT add_compression_policy('\(name)', INTERVAL '7 days');

            """
        }.joined() + """
            CREATE FUNCTION linehaul_make_room(parent text, times timestamptz[]) RETURNS void LANGUAGE sql AS 'SELECT';
            CREATE FUNCTION linehaul_keep(parent text, age interval) RETURNS void LANGUAGE plpgsql AS $$
            BEGIN
                PERFORM remove_retention_policy(parent::regclass, if_exists => true);
                PERFORM add_retention_policy(parent::regclass, age);
            END $$;
            """

    private static func aggregates(_ made: (String, String) -> String) -> String {
        made(
            "hourly_performance",
            """
            SELECT date_bin(INTERVAL '1 hour', time, origin) AS bucket, entity_id, metric, count(*) AS samples, avg(value) AS average,
                min(value) AS least, max(value) AS most
            FROM performance_metrics GROUP BY 1, 2, 3
            """)
            + made(
                "daily_vehicle_utilization",
                """
                SELECT date_bin(INTERVAL '1 day', time, origin) AS bucket, vehicle_id, count(*) AS fixes, avg(speed) AS average_speed,
                    max(speed) AS max_speed, avg(CASE WHEN speed > 1 THEN 1.0 ELSE 0.0 END) AS moving_share,
                    max(odometer) - min(odometer) AS miles
                FROM vehicle_tracking GROUP BY 1, 2
                """)
            + made(
                "hourly_load_status",
                """
                SELECT date_bin(INTERVAL '1 hour', time, origin) AS bucket, new_status, count(*) AS changes
                FROM load_events GROUP BY 1, 2
                """)
    }
}
