import PostgresClient
import PostgresSinks
import StreamCore
import StreamTesting
import TestServers

/// Samples as rows of a table that refuses negative numbers; a number stands there once for each time it was written.
struct SampleTable: PostgresRows {
    static func schema() -> PostgresSchema {
        PostgresSchema(
            of: "samples",
            [PostgresSchema.Migration("samples", "CREATE TABLE samples (key text, number bigint CHECK (number >= 0), at timestamptz)")])
    }

    func write(_ rows: ArraySlice<Sample>, in session: PostgresSession) throws(PostgresFailure) {
        var (keys, numbers, times) = (PostgresColumn(.text), PostgresColumn(.int8), PostgresColumn(.timestamp))
        for row in rows {
            keys.append(row.key)
            numbers.append(Int64(row.number))
            times.append(row.time)
        }
        _ = try session.query(
            "INSERT INTO samples SELECT * FROM unnest($1::text[], $2::bigint[], $3::timestamptz[])",
            [PostgresValue(keys), PostgresValue(numbers), PostgresValue(times)])
    }
}

/// A database of its own on a server.
final class SampleDatabase {
    let server: PostgresServer
    let uri: String

    init(on server: PostgresServer? = nil) throws {
        self.server = try server ?? PostgresServer.shared()
        uri = try self.server.database()
    }

    func pool(through between: Interposer? = nil, limit: Int = 4) -> PostgresPool {
        var reached = uri
        if let between, let port = server.port { reached = uri.replacing(":\(port)/", with: ":\(between.port)/") }
        return pool(reaching: reached, limit: limit)
    }

    func pool(reaching reached: String, limit: Int = 4) -> PostgresPool {
        PostgresPool(
            PostgresSettings(Secret(reached), statementTimeout: .seconds(5)), limit: limit,
            breaker: CircuitBreaker(after: 1_000), clock: { EventTime(microseconds: 0) })
    }

    /// What the table holds, in no order, here or in the copy of this database that `uri` leads to.
    func rows(at uri: String? = nil) throws -> [Sample] {
        let session = try PostgresSession(PostgresSettings(Secret(uri ?? self.uri)))
        guard try session.query("SELECT to_regclass('samples')").text(0, 0) != nil else { return [] }
        let found = try session.query("SELECT key, number FROM samples")
        return (0..<found.count).map { Sample(found.text($0, 0) ?? "", Int(found.integer($0, 1) ?? 0), at: 0) }
    }
}
