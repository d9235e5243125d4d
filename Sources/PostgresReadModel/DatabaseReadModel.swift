public import PostgresClient
public import ReadModel
public import StreamCore

/// Answers lists, searches and the dashboard from PostgreSQL, tracks and what happened from the database of what is measured over time; what
/// no database is bound for, from what the process has in memory.
///
/// While a database is away, what is asked of it is refused at once (the pool's circuit breaker); it is never answered from elsewhere, since
/// that would be another answer.
public struct DatabaseReadModel: ReadModel {
    private let entities: PostgresPool
    private let series: PostgresPool?
    private let memory: any ReadModel
    private let totals: Briefly<PageQuestion, Int>
    private let expectations: Briefly<String, Int>
    private let dashboards: Briefly<DashboardQuery, DashboardFigures>

    /// A model over sessions with PostgreSQL and, where there is one, with the database of what is measured over time. The sessions should be
    /// prepared with `preparation`, with a limit to how long a statement takes.
    public init(
        entities: PostgresPool, series: PostgresPool?, otherwise memory: any ReadModel, clock: @escaping @Sendable () -> EventTime
    ) {
        self.entities = entities
        self.series = series
        self.memory = memory
        totals = Briefly(clock: clock)
        expectations = Briefly(clock: clock)
        dashboards = Briefly(clock: clock)
    }

    /// What sessions for a model are prepared with: they only read, and what they ask takes less time than compiling it would.
    public static let preparation = "SET default_transaction_read_only = on; SET jit = off; SET work_mem = '16MB'"

    public func page(_ query: EntityQuery) throws(ReadFailure) -> EntityPage {
        let question = PageQuestion(query)
        do throws(PostgresFailure) {
            // Of words an index gives all rows that have them, in no order. Where those are many, they are met soon among the newest.
            let rare = try rareWords(of: question)
            let many: Int? = if question.words.isEmpty { nil } else { try total(question, rare) }
            let items = try documents(question.page(query, asking: (many ?? 0) > PageQuestion.most ? [] : rare), question.values)
            let end = query.offset + min(items.count, query.limit)
            // The last page says how many there are.
            if items.count <= query.limit, !(items.isEmpty && query.offset > 0) { return EntityPage(items: items, total: end) }
            let all = if let many { many } else { try total(question, rare) }
            return EntityPage(items: Array(items.prefix(query.limit)), total: items.count > query.limit ? max(all, end + 1) : all)
        } catch {
            // A text that no id and no name of a status can be is nobody's.
            if error.kind == .refused { return EntityPage(items: [], total: 0) }
            throw ReadFailure(error, of: "postgres")
        }
    }

    private func documents(_ sql: String, _ values: [PostgresValue]) throws(PostgresFailure) -> [[UInt8]] {
        try entities.with { session throws(PostgresFailure) in
            let found = try session.query(sql, values)
            return (0..<found.count).map { row in
                unsafe found.withBytes(row, 0) { unsafe $0.map { unsafe Array($0) } ?? [] }
            }
        }
    }

    /// How many meet the conditions: counted once for all who ask at a time.
    private func total(_ question: PageQuestion, _ rare: PageQuestion.Words) throws(PostgresFailure) -> Int {
        try totals.value(of: question) { () throws(PostgresFailure) in
            try entities.with { session throws(PostgresFailure) in
                Int(try session.query(question.total(asking: rare), question.values).integer(0, 0) ?? 0)
            }
        }
    }

    /// The words of which no more rows are expected than an index gathers in a moment.
    private func rareWords(of question: PageQuestion) throws(PostgresFailure) -> PageQuestion.Words {
        var rare: PageQuestion.Words = []
        for (index, word) in question.words.enumerated() {
            let (sql, values) = question.expectation(of: word)
            let expected = try expectations.value(of: "\(sql) \(word)") { () throws(PostgresFailure) in
                try entities.with { session throws(PostgresFailure) in
                    PlanEstimate.rows(of: try session.query(sql, values).text(0, 0) ?? "") ?? 0
                }
            }
            if expected <= 2 * PageQuestion.most { rare.insert(index) }
        }
        return rare
    }

    public func track(_ query: TrackQuery) throws(ReadFailure) -> TrackPage {
        guard let series else { return try memory.track(query) }
        return try asking("timescale") { () throws(PostgresFailure) in
            try series.with { session throws(PostgresFailure) in try Tracks.page(query, in: session) }
        }
    }

    public func buckets(_ query: TrackQuery, every interval: EventTime.Span) throws(ReadFailure) -> [TrackBucket] {
        guard let series else { return try memory.buckets(query, every: interval) }
        return try asking("timescale") { () throws(PostgresFailure) in
            try series.with { session throws(PostgresFailure) in try Tracks.buckets(query, every: interval, in: session) }
        }
    }

    public func dashboard(_ query: DashboardQuery) throws(ReadFailure) -> DashboardFigures {
        // Everybody who asks within a second asks for the same: dashboards are refreshed by many at a time.
        var question = query
        question.from = query.from.floored(to: .init(.seconds(1)))
        question.until = query.until.floored(to: .init(.seconds(1)))
        return try dashboards.value(of: question) { () throws(ReadFailure) in try figures(question) }
    }

    private func figures(_ query: DashboardQuery) throws(ReadFailure) -> DashboardFigures {
        var figures = DashboardFigures()
        if series == nil {
            let known = try memory.dashboard(query)
            (figures.events, figures.violations) = (known.events, known.violations)
            figures.series = known.series
        } else {
            figures.series = Steps.empty(of: query)
        }
        let drivers = try asking("postgres") { () throws(PostgresFailure) in
            try entities.with { session throws(PostgresFailure) in
                try Figures.entities(query, into: &figures, in: session)
                return series == nil ? nil : try Figures.drivers(of: query.carrierID, in: session)
            }
        }
        if let series {
            try asking("timescale") { () throws(PostgresFailure) in
                try series.with { session throws(PostgresFailure) in
                    try Figures.events(query, by: drivers, into: &figures, in: session)
                }
            }
        }
        return figures
    }

    public func performance(_ query: PerformanceQuery) throws(ReadFailure) -> PerformanceFigures {
        var figures = PerformanceFigures()
        let drivers = try asking("postgres") { () throws(PostgresFailure) in
            try entities.with { session throws(PostgresFailure) in
                try PerformanceSQL.deliveries(query, into: &figures, in: session)
                return switch query.subject {
                case .driver(let id): [id]
                case .carrier(let id): try Figures.drivers(of: id, in: session) ?? []
                }
            }
        }
        guard let series else {
            figures.violations = try memory.performance(query).violations
            return figures
        }
        figures.violations = try asking("timescale") { () throws(PostgresFailure) in
            try series.with { session throws(PostgresFailure) in
                try Figures.violations(from: query.from, until: query.until, by: drivers, in: session)
            }
        }
        return figures
    }

    private func asking<Answer>(_ database: String, _ body: () throws(PostgresFailure) -> Answer) throws(ReadFailure) -> Answer {
        do throws(PostgresFailure) { return try body() } catch { throw ReadFailure(error, of: database) }
    }
}

extension ReadFailure {
    /// What a database's failure means for who reads.
    fileprivate init(_ failure: PostgresFailure, of database: String) {
        self.init(failure.kind == .timedOut ? .timedOut : .unavailable, of: database, "\(database): \(failure.reason)")
    }
}
