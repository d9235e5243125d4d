public import PostgresClient

/// How the rows of one sink become statements: its tables' side of a `PostgresSinkWriter`.
public protocol PostgresRows<Row>: Sendable {
    associatedtype Row: Sendable

    /// Writes rows, in order. Inside a transaction: what it throws takes all of them back, and they may be asked for in smaller slices to
    /// find those that are refused.
    func write(_ rows: ArraySlice<Row>, in session: PostgresSession) throws(PostgresFailure)
}
