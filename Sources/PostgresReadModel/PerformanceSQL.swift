internal import PostgresClient
internal import ReadModel
internal import StreamCore

/// What was delivered for a carrier or by a driver, counted by PostgreSQL out of an index alone.
enum PerformanceSQL {
    static func deliveries(
        _ query: PerformanceQuery, into figures: inout PerformanceFigures, in session: PostgresSession
    ) throws(PostgresFailure) {
        let (column, id) = whose(query.subject)
        let found = try session.query(
            deliveredSQL(by: column), [PostgresValue(id), PostgresValue(query.from.sql), PostgresValue(query.until.sql)])
        figures.delivered = Int(found.integer(0, 0) ?? 0)
        figures.onTime = Int(found.integer(0, 1) ?? 0)
    }

    static func whose(_ subject: PerformanceQuery.Subject) -> (column: String, id: String) {
        switch subject {
        case .carrier(let id): ("carrier_id", id)
        case .driver(let id): ("driver_id", id)
        }
    }

    static func deliveredSQL(by column: String) -> String {
        """
        SELECT count(*), count(*) FILTER (WHERE delivered_at <= delivery_datetime) FROM loads
        WHERE \(column) = $1::uuid AND delivered_at >= $2::timestamptz AND delivered_at < $3::timestamptz
        """
    }
}
