internal import PostgresClient
internal import ReadModel
internal import StreamCore

/// Where vehicles were, out of `vehicle_tracking`.
enum Tracks {
    private static func values(_ query: TrackQuery) -> [PostgresValue] {
        [PostgresValue(query.vehicleID), PostgresValue(query.from.sql), PostgresValue(query.until.sql)]
    }

    private static let window = "vehicle_id = $1::uuid AND time BETWEEN $2::timestamptz AND $3::timestamptz"

    /// The newest points of a time, and how many there are in all.
    static func page(_ query: TrackQuery, in session: PostgresSession) throws(PostgresFailure) -> TrackPage {
        let found = try session.query(pageSQL(limit: query.limit), values(query))
        let points = (0..<found.count).map { row in
            TrackPoint(
                time: found.instant(row, 0), latitude: found.number(row, 1) ?? 0, longitude: found.number(row, 2) ?? 0,
                speed: found.number(row, 3), heading: found.number(row, 4), fuelLevel: found.number(row, 5), odometer: found.number(row, 6),
                engineHours: found.number(row, 7))
        }
        if points.count < query.limit { return TrackPage(points: points, total: points.count) }
        let total = try session.query("SELECT count(*) FROM vehicle_tracking WHERE \(window)", values(query)).integer(0, 0)
        return TrackPage(points: points, total: Int(total ?? 0))
    }

    static func pageSQL(limit: Int) -> String {
        """
        SELECT \(Self.microseconds("time")), ST_Y(location::geometry), ST_X(location::geometry), speed, heading, fuel_level, odometer,
            engine_hours
        FROM vehicle_tracking WHERE \(window) ORDER BY time DESC LIMIT \(limit)
        """
    }

    /// What a vehicle did by interval, the newest first.
    static func buckets(
        _ query: TrackQuery, every interval: EventTime.Span, in session: PostgresSession
    ) throws(PostgresFailure) -> [TrackBucket] {
        let found = try session.query(
            bucketSQL(limit: query.limit), values(query) + [PostgresValue("\(interval.microseconds) microseconds")])
        return (0..<found.count).map { row in
            TrackBucket(
                at: found.instant(row, 0), count: Int(found.integer(row, 1) ?? 0), averageSpeed: found.number(row, 2),
                maxSpeed: found.number(row, 3), distanceMiles: found.number(row, 4) ?? 0, latitude: found.number(row, 5) ?? 0,
                longitude: found.number(row, 6) ?? 0)
        }
    }

    static func bucketSQL(limit: Int) -> String {
        """
        WITH points AS (
            SELECT date_bin($4::interval, time, timestamptz 'epoch') AS at, time, location, speed FROM vehicle_tracking WHERE \(window)),
        steps AS (
            SELECT *, ST_Distance(location, lag(location) OVER (PARTITION BY at ORDER BY time), false) AS meters FROM points)
        SELECT \(microseconds("at")), count(*), avg(speed), max(speed), coalesce(sum(meters), 0) / 1609.344,
            (array_agg(ST_Y(location::geometry) ORDER BY time DESC))[1], (array_agg(ST_X(location::geometry) ORDER BY time DESC))[1]
        FROM steps GROUP BY at ORDER BY at DESC LIMIT \(limit)
        """
    }

    /// An instant as the microseconds since 1970, exactly.
    static func microseconds(_ column: String) -> String { "(extract(epoch FROM \(column)) * 1000000)::bigint" }
}

extension PostgresResult {
    /// An instant that was selected as microseconds.
    func instant(_ row: Int, _ column: Int) -> EventTime { EventTime(microseconds: integer(row, column) ?? 0) }
}

extension EventTime {
    /// The instant as PostgreSQL reads it; one that it has no date for as its own infinity.
    var sql: String {
        if self <= EventTime(microseconds: -200_000_000_000_000_000) { return "-infinity" }
        if self >= EventTime(microseconds: 200_000_000_000_000_000) { return "infinity" }
        return rfc3339
    }
}
