/// One statement with its parameters, `$1` and on.
public struct PostgresStatement: Sendable {
    /// The statement.
    public let sql: String
    /// Its parameters, in order.
    public let values: [PostgresValue]

    /// A statement of those parts.
    public init(_ sql: String, _ values: [PostgresValue] = []) {
        self.sql = sql
        self.values = values
    }
}
