internal import PostgresClient
internal import ReadModel
internal import StreamCore

/// The steps of a dashboard's time.
enum Steps {
    /// All of them, with nothing counted.
    static func empty(of query: DashboardQuery) -> [DashboardFigures.Step] {
        var steps: [DashboardFigures.Step] = []
        var at = query.from
        while at < query.until {
            steps.append(DashboardFigures.Step(at: at))
            at = at.advanced(by: query.step)
        }
        return steps
    }

    /// The beginning of the step that an instant lies in, as SQL: `$1` is that of the first, `$3` a step's seconds. Whole numbers all the way,
    /// which is several times as fast as dividing epochs.
    static func beginning(of column: String) -> String {
        "date_bin(make_interval(secs => $3::text::float8), \(column), $1::text::timestamptz)"
    }

    /// The number of that step, of a group of them.
    static func number(of column: String) -> String {
        "round(extract(epoch FROM \(beginning(of: column)) - $1::text::timestamptz)::float8 / $3::text::float8)::bigint"
    }
}

/// A dashboard's figures, counted by databases.
enum Figures {
    private static func window(_ query: DashboardQuery) -> [PostgresValue] {
        [
            PostgresValue(query.from.sql), PostgresValue(query.until.sql), PostgresValue("\(Double(query.step.microseconds) / 1e6)"),
            query.carrierID.map { PostgresValue($0) } ?? .null, query.customerID.map { PostgresValue($0) } ?? .null,
        ]
    }

    /// Whose: `$4` a carrier, `$5` a customer; a condition that is not asked for does not stand there, so that an index serves the rest.
    private static func whose(_ query: DashboardQuery, customer: Bool = false, and: String = "AND") -> String {
        let parts = [
            query.carrierID == nil ? nil : "carrier_id = $4::text::uuid",
            customer && query.customerID != nil ? "customer_id = $5::text" : nil,
        ].compactMap { $0 }
        return parts.isEmpty ? "" : " \(and) \(parts.joined(separator: " AND "))"
    }

    /// Loads, vehicles and drivers by status, what was made and what was delivered.
    static func entities(
        _ query: DashboardQuery, into figures: inout DashboardFigures, in session: PostgresSession
    ) throws(PostgresFailure) {
        figures.loads = try statuses("loads", whose(query, customer: true, and: "WHERE"), query, session)
        figures.vehicles = try statuses("vehicles", whose(query, and: "WHERE"), query, session)
        figures.drivers = try statuses("drivers", whose(query, and: "WHERE"), query, session)
        let made = try session.query(madeSQL(query), window(query))
        for row in 0..<made.count { figures.count(made.integer(row, 0)) { $0.created += Int(made.integer(row, 1) ?? 0) } }
        let delivered = try session.query(deliveredSQL(query), window(query))
        var transit: (minutes: Double, count: Double) = (0, 0)
        for row in 0..<delivered.count {
            let count = Int(delivered.integer(row, 1) ?? 0)
            figures.count(delivered.integer(row, 0)) { $0.delivered += count }
            figures.deliveries.count += count
            figures.deliveries.onTime += Int(delivered.integer(row, 2) ?? 0)
            figures.deliveries.revenue += Int64(((delivered.number(row, 3) ?? 0) * 100).rounded())
            transit = (transit.minutes + (delivered.number(row, 4) ?? 0), transit.count + (delivered.number(row, 5) ?? 0))
        }
        figures.deliveries.transitMinutes = transit.count == 0 ? nil : transit.minutes / transit.count
    }

    static func madeSQL(_ query: DashboardQuery) -> String {
        """
        SELECT \(Steps.number(of: "created_at")), count(*), $4::text, $5::text FROM loads
        WHERE created_at >= $1::text::timestamptz AND created_at < $2::text::timestamptz\(whose(query, customer: true))
        GROUP BY \(Steps.beginning(of: "created_at"))
        """
    }

    static func deliveredSQL(_ query: DashboardQuery) -> String {
        """
        SELECT \(Steps.number(of: "delivered_at")), count(*), count(*) FILTER (WHERE delivered_at <= delivery_datetime), sum(rate),
            sum(extract(epoch FROM delivered_at - picked_up_at)::float8) / 60, count(picked_up_at), $4::text, $5::text
        FROM loads
        WHERE delivered_at >= $1::text::timestamptz AND delivered_at < $2::text::timestamptz\(whose(query, customer: true))
        GROUP BY \(Steps.beginning(of: "delivered_at"))
        """
    }

    private static func statuses(
        _ table: String, _ filter: String, _ query: DashboardQuery, _ session: PostgresSession
    ) throws(PostgresFailure) -> [String: Int] {
        let found = try session.query(statusSQL(table, filter), filter.isEmpty ? [] : window(query))
        var counts: [String: Int] = [:]
        for row in 0..<found.count { counts[found.text(row, 0) ?? ""] = Int(found.integer(row, 1) ?? 0) }
        return counts
    }

    /// All of a table by status come from what is counted as it changes; somebody's own are found by an index.
    static func statusSQL(_ table: String, _ filter: String) -> String {
        filter.isEmpty
            ? "SELECT status, sum(entities)::bigint FROM entity_counts WHERE collection = '\(table)' GROUP BY status HAVING sum(entities) > 0"
            : "SELECT status, count(*), $1::text, $2::text, $3::text, $4::text, $5::text FROM \(table)\(filter) GROUP BY status"
    }

    /// The drivers of a carrier, by whom violations are its own; `nil` where no carrier is asked for.
    static func drivers(of carrier: String?, in session: PostgresSession) throws(PostgresFailure) -> [String]? {
        guard let carrier else { return nil }
        let found = try session.query("SELECT id FROM drivers WHERE carrier_id = $1::uuid", [PostgresValue(carrier)])
        return (0..<found.count).compactMap { found.text($0, 0) }
    }

    /// Events by type and step, and violations that were not taken back.
    static func events(
        _ query: DashboardQuery, by drivers: [String]?, into figures: inout DashboardFigures, in session: PostgresSession
    ) throws(PostgresFailure) {
        let counted = try session.query(countedSQL(query), window(query))
        for row in 0..<counted.count {
            let count = Int(counted.integer(row, 2) ?? 0)
            figures.events[counted.text(row, 1) ?? "", default: 0] += count
            figures.count(max(0, counted.integer(row, 0) ?? 0)) { $0.events += count }
        }
        figures.violations = try violations(from: query.from, until: query.until, by: drivers, in: session)
    }

    /// Violations that began in a time and were not taken back, of those drivers; of all where there are none named.
    static func violations(
        from: EventTime, until: EventTime, by drivers: [String]?, in session: PostgresSession
    ) throws(PostgresFailure) -> Int {
        var mine = PostgresColumn(.text)
        for driver in drivers ?? [] { mine.append(driver) }
        let found = try session.query(
            violationSQL(isLimited: drivers != nil),
            [PostgresValue(from.sql), PostgresValue(until.sql)] + (drivers == nil ? [] : [PostgresValue(mine)]))
        return Int(found.integer(0, 0) ?? 0)
    }

    static func countedSQL(_ query: DashboardQuery) -> String {
        """
        SELECT \(Steps.number(of: "at")), event_type, sum(events), $4::text, $5::text FROM event_counts
        WHERE at >= date_trunc('minute', $1::text::timestamptz) AND at < $2::text::timestamptz\(query.carrierID == nil ? "" : " AND carrier_id = $4::text")
        GROUP BY \(Steps.beginning(of: "at")), event_type
        """
    }

    static func violationSQL(isLimited: Bool) -> String {
        """
        SELECT count(*) FROM (
            SELECT data ->> 'violation_id' FROM event_stream
            WHERE event_type = 'DRIVER_HOS_VIOLATION' AND time >= $1::text::timestamptz
                AND (data ->> 'started_at')::timestamptz >= $1::text::timestamptz AND (data ->> 'started_at')::timestamptz < $2::text::timestamptz
                \(isLimited ? "AND entity_id = ANY ($3::text[])" : "")
            GROUP BY 1 HAVING NOT bool_or(data ->> 'state' = 'RETRACTED')) AS held
        """
    }
}

extension DashboardFigures {
    /// Counts in the step of that number, where there is one.
    fileprivate mutating func count(_ step: Int64?, _ body: (inout Step) -> Void) {
        guard let step, series.indices.contains(Int(step)) else { return }
        body(&series[Int(step)])
    }
}
