/// What PostgreSQL expects of a statement, read out of its plan.
enum PlanEstimate {
    /// How many rows a plan's first line says: `Seq Scan on loads  (cost=0.00..1.00 rows=30 width=0)`.
    static func rows(of line: String) -> Int? {
        guard let start = line.firstRange(of: " rows=") else { return nil }
        return Int(line[start.upperBound...].prefix { $0.isWholeNumber })
    }
}
