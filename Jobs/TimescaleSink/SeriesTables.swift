internal import Freight
internal import PostgresClient
internal import PostgresSinks
internal import StreamCore

/// What every table over time needs before its rows: a place for their weeks.
enum Room {
    /// Sees to it that `table` takes rows of those times. Where TimescaleDB does that by itself the function does nothing.
    static func make(in table: String, for times: some Sequence<EventTime>) -> PostgresStatement {
        let week = Int64(7 * 86_400) * 1_000_000
        var starts = PostgresColumn(.timestamp)
        for start in Set(times.map { $0.microseconds / week }).sorted() { starts.append(EventTime(microseconds: start * week)) }
        return PostgresStatement("SELECT linehaul_make_room($1, $2::timestamptz[])", [PostgresValue(table), PostgresValue(starts)])
    }
}

/// The table `vehicle_tracking`: a row for each vehicle and instant, never changed.
struct PositionTable: PostgresRows {
    func write(_ rows: ArraySlice<PositionRow>, in session: PostgresSession) throws(PostgresFailure) {
        var texts = Array(repeating: PostgresColumn(.text), count: 3)
        var times = PostgresColumn(.timestamp)
        var numbers = Array(repeating: PostgresColumn(.float8), count: PositionRow.figures.count)
        for row in rows {
            texts[0].append("\(row.vehicle)")
            texts[1].append(row.fix.driverID.map { "\($0)" })
            texts[2].append(row.fix.loadID.map { "\($0)" })
            times.append(row.fix.time)
            for (index, figure) in PositionRow.figures.enumerated() { numbers[index].append(figure.of(row.fix)) }
        }
        _ = try session.pipeline([
            Room.make(in: "vehicle_tracking", for: rows.lazy.map(\.fix.time)),
            PostgresStatement(Self.insert, texts.map { PostgresValue($0) } + [PostgresValue(times)] + numbers.map { PostgresValue($0) }),
            PostgresStatement(Self.count, [PostgresValue(times)]),
        ])
    }

    private static let count = """
        INSERT INTO event_counts (at, event_type, carrier_id, shard, events)
        SELECT date_trunc('minute', time, 'UTC'), 'VEHICLE_LOCATION_UPDATED', '', pg_backend_pid(), count(*)
        FROM unnest($1::timestamptz[]) AS new (time) GROUP BY 1
        ON CONFLICT (at, event_type, carrier_id, shard) DO UPDATE SET events = event_counts.events + excluded.events
        """

    private static let insert: String = {
        let columns = PositionRow.figures.map(\.column)
        let figures = columns.dropFirst(2).joined(separator: ", ")
        let arrays = columns.indices.map { "$\($0 + 5)::float8[]" }.joined(separator: ", ")
        return """
            INSERT INTO vehicle_tracking (vehicle_id, driver_id, load_id, time, location, \(figures))
            SELECT vehicle_id::uuid, driver_id::uuid, load_id::uuid, time, ST_SetSRID(ST_MakePoint(longitude, latitude), 4326)::geography,
                \(figures)
            FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], \(arrays))
                AS new (vehicle_id, driver_id, load_id, time, \(columns.joined(separator: ", ")))
            ON CONFLICT (vehicle_id, time) DO NOTHING
            """
    }()
}

/// The table `event_stream` with every event but positions, and the tables that some events belong in besides.
struct EventTable: PostgresRows {
    /// Of what topic.
    let topic: String
    /// The table that its events belong in besides, and the statement's end: what is selected from `event`.
    let own: (table: String, insert: String)?

    func write(_ rows: ArraySlice<EventRow>, in session: PostgresSession) throws(PostgresFailure) {
        var texts = Array(repeating: PostgresColumn(.text), count: 8)
        var times = PostgresColumn(.timestamp)
        for row in rows {
            for (index, text) in [row.id, row.type, row.entityType, row.entityID, row.severity, row.source, row.correlationID, row.data]
                .enumerated()
            {
                texts[index].append(text)
            }
            times.append(row.time)
        }
        let values = texts.map { PostgresValue($0) } + [PostgresValue(times)]
        let moments = rows.lazy.map(\.time)
        var statements = [
            Room.make(in: "event_stream", for: moments),
            PostgresStatement(Self.given + Self.stream, values + [PostgresValue(topic)]),
            PostgresStatement(Self.given + Self.count, values),
        ]
        if let own {
            statements += [Room.make(in: own.table, for: moments), PostgresStatement(Self.given + own.insert, values)]
        }
        _ = try session.pipeline(statements)
    }

    private static let given = """
        WITH event AS (
            SELECT id, type, entity_type, entity_id, severity, source, correlation_id, data::jsonb AS data, time
            FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::timestamptz[])
                AS new (id, type, entity_type, entity_id, severity, source, correlation_id, data, time))

        """

    private static let stream = """
        INSERT INTO event_stream (entity_id, time, event_id, event_type, entity_type, topic, severity, source, correlation_id, data)
        SELECT entity_id, time, id::uuid, type, entity_type, $10, severity, source, correlation_id, data FROM event
        ON CONFLICT (entity_id, time, event_id) DO NOTHING
        """

    private static let count = """
        INSERT INTO event_counts (at, event_type, carrier_id, shard, events)
        SELECT date_trunc('minute', time, 'UTC'), type, coalesce(data ->> 'carrier_id', ''), pg_backend_pid(), count(*)
        FROM event GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
        ON CONFLICT (at, event_type, carrier_id, shard) DO UPDATE SET events = event_counts.events + excluded.events
        """

    /// The topics of events, by inlet.
    static let all: [(inlet: String, table: EventTable)] = [
        ("loads", EventTable(topic: "tms.loads", own: ("load_events", loads))),
        ("vehicles", EventTable(topic: "tms.vehicles", own: nil)),
        ("drivers", EventTable(topic: "tms.drivers", own: ("driver_activity", drivers))),
        ("carriers", EventTable(topic: "tms.carriers", own: ("performance_metrics", performance))),
        ("routes", EventTable(topic: "tms.routes", own: ("route_analytics", routes))),
        ("alerts", EventTable(topic: "tms.system.alerts", own: nil)),
        ("predictions", EventTable(topic: "tms.ai.predictions", own: nil)),
        ("anomalies", EventTable(topic: "tms.anomalies", own: nil)),
    ]

    private static let loads = """
        INSERT INTO load_events (load_id, time, event_id, event_type, old_status, new_status, carrier_id, vehicle_id, driver_id, reason)
        SELECT entity_id::uuid, time, id::uuid, type, data ->> 'old_status', data ->> 'new_status', (data ->> 'carrier_id')::uuid,
            (data ->> 'vehicle_id')::uuid, (data ->> 'driver_id')::uuid, data ->> 'reason'
        FROM event WHERE entity_type = 'LOAD'
        ON CONFLICT (load_id, time, event_id) DO NOTHING
        """

    private static let drivers = """
        INSERT INTO driver_activity
            (driver_id, time, event_id, event_type, old_status, new_status, duty, special, exemption, log_entry_id, violation_type, state)
        SELECT entity_id::uuid, time, id::uuid, type, data ->> 'old_status', data ->> 'new_status', (data ->> 'duty')::boolean,
            data ->> 'special', data ->> 'exemption', data ->> 'log_entry_id', data ->> 'violation_type', data ->> 'state'
        FROM event WHERE type IN ('DRIVER_STATUS_CHANGED', 'DRIVER_HOS_VIOLATION', 'DRIVER_HOS_WARNING')
        ON CONFLICT (driver_id, time, event_id) DO NOTHING
        """

    private static let performance = """
        INSERT INTO performance_metrics (entity_id, time, metric, value)
        SELECT entity_id, time, figure.key, (figure.value #>> '{}')::float8
        FROM event CROSS JOIN LATERAL jsonb_each(data) AS figure
        WHERE type = 'CARRIER_PERFORMANCE_UPDATED' AND jsonb_typeof(figure.value) = 'number'
        ON CONFLICT (entity_id, time, metric) DO NOTHING
        """

    private static let routes = """
        INSERT INTO route_analytics (route_id, time, event_id, event_type, load_id, vehicle_id, distance_miles, duration_minutes, cost,
            actual_miles, actual_minutes, state, distance_off_miles, extra_miles, estimated_delay)
        SELECT entity_id::uuid, time, id::uuid, type, (data ->> 'load_id')::uuid, (data ->> 'vehicle_id')::uuid,
            (data ->> 'distance_miles')::float8, (data ->> 'duration_minutes')::float8, (data ->> 'cost')::numeric,
            (data ->> 'actual_miles')::float8, (data ->> 'actual_minutes')::float8, data ->> 'state',
            (data ->> 'distance_off_miles')::float8, (data ->> 'extra_miles')::float8, (data ->> 'estimated_delay')::float8
        FROM event
        ON CONFLICT (route_id, time, event_id) DO NOTHING
        """
}
