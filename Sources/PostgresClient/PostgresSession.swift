internal import CPostgres
internal import Glibc
internal import StreamCore

/// A connection to a server: used by one thread at a time, and blocking it, so never on the cooperative pool.
///
/// Every call ends within its time: connecting, a statement, a commit. A session that did not get its answer, or lost its connection, is of
/// no more use and says so.
@safe public final class PostgresSession {
    let connection: OpaquePointer
    private let settings: PostgresSettings
    /// How long a statement may take at present.
    private var statementTimeout: Duration
    /// Whether another statement may be sent.
    public internal(set) var isUsable = true

    /// Connects, and prepares the session. Waits at most the settings' time.
    public convenience init(_ settings: PostgresSettings) throws(PostgresFailure) {
        try self.init(settings, [])
        try run("SET statement_timeout = \(settings.statementTimeout.wholeMilliseconds); SET lock_timeout = 10000; \(settings.preparation)")
    }

    /// Connects with more parameters of libpq's, and prepares nothing.
    init(_ settings: PostgresSettings, _ parameters: [(String, String)]) throws(PostgresFailure) {
        self.settings = settings
        statementTimeout = settings.statementTimeout
        let deadline = Deadline(settings.connectTimeout)
        unsafe connection = try PostgresSession.begun(settings, parameters)
        try connected(by: deadline)
        unsafe linehaul_drop_notices(connection)
        unsafe PQsetnonblocking(connection, 1)
    }

    deinit { unsafe PQfinish(connection) }

    /// Runs one or several statements without parameters.
    public func run(_ sql: String) throws(PostgresFailure) { _ = try simple(sql) }

    /// Runs statements by the simple protocol, the only one for replication commands; what each gives.
    func simple(_ sql: String) throws(PostgresFailure) -> [PostgresResult] {
        let deadline = patience()
        try sent(unsafe PQsendQuery(connection, sql))
        try flush(by: deadline)
        return try answers(by: deadline)
    }

    /// Gives the statements of `work` another time than the settings do; only inside a transaction, and until it ends for the server.
    public func allowing<Result>(
        _ time: Duration, _ work: () throws(PostgresFailure) -> Result
    ) throws(PostgresFailure) -> Result {
        try run("SET LOCAL statement_timeout = \(time.wholeMilliseconds)")
        statementTimeout = time
        defer { statementTimeout = settings.statementTimeout }
        return try work()
    }

    /// Runs one statement and returns what it gives, values as text.
    public func query(_ sql: String, _ values: [PostgresValue] = []) throws(PostgresFailure) -> PostgresResult {
        let deadline = patience()
        try send(PostgresStatement(sql, values))
        try flush(by: deadline)
        guard let last = try answers(by: deadline).last else { throw broken("the server answered nothing") }
        return last
    }

    /// Runs statements in one turn over the network, each as soon as the one before is done; after one that fails none is.
    public func pipeline(_ statements: [PostgresStatement]) throws(PostgresFailure) -> [PostgresResult] {
        guard unsafe PQenterPipelineMode(connection) == 1 else { throw broken("the session is in the middle of something") }
        defer { unsafe PQexitPipelineMode(connection) }
        let deadline = patience()
        for statement in statements { try send(statement) }
        try sent(unsafe PQpipelineSync(connection))
        try flush(by: deadline)
        var results: [PostgresResult] = []
        var failure: PostgresFailure?
        while true {
            guard let result = try next(by: deadline) else { continue }
            if result.status == PGRES_PIPELINE_SYNC { break }
            if result.status == PGRES_PIPELINE_ABORTED { continue }
            failure = failure ?? result.failure
            results.append(result)
        }
        if let failure { throw failure }
        return results
    }

    /// Sends rows in the form that `sql`, a `COPY … FROM STDIN`, says. Returns how many were taken.
    public func copy(_ sql: String, _ bytes: [UInt8]) throws(PostgresFailure) -> Int {
        let deadline = patience()
        try sent(unsafe PQsendQuery(connection, sql))
        try flush(by: deadline)
        guard let begun = try next(by: deadline) else { throw broken("the server does not take rows") }
        if let failure = begun.failure {
            _ = try? answers(by: deadline)
            throw failure
        }
        var position = 0
        while position < bytes.count {
            let count = min(bytes.count - position, PostgresSession.piece)
            let outcome = unsafe bytes.withUnsafeBytes { bytes in
                unsafe PQputCopyData(
                    connection, bytes.baseAddress?.advanced(by: position).assumingMemoryBound(to: CChar.self), Int32(count))
            }
            if outcome < 0 { throw broken() }
            if outcome == 0 { try flush(by: deadline) } else { position += count }
        }
        while true {
            let outcome = unsafe PQputCopyEnd(connection, nil)
            if outcome < 0 { throw broken() }
            if outcome > 0 { break }
            try flush(by: deadline)
        }
        try flush(by: deadline)
        return try answers(by: deadline).last?.affected ?? 0
    }

    private static let piece = 1 << 18

    /// Runs `body` between `BEGIN` and `COMMIT`; what it throws rolls back. A commit whose answer is lost fails as `.unknown`.
    public func transaction<Result>(
        _ body: (PostgresSession) throws(PostgresFailure) -> Result
    ) throws(PostgresFailure) -> Result {
        try run("BEGIN")
        let result: Result
        do throws(PostgresFailure) {
            result = try body(self)
        } catch {
            if isUsable { do throws(PostgresFailure) { try run("ROLLBACK") } catch { isUsable = false } }
            throw error
        }
        do throws(PostgresFailure) {
            try run("COMMIT")
        } catch {
            if isUsable { throw error }
            throw PostgresFailure(.unknown, sqlState: error.sqlState, "committing: \(error)")
        }
        return result
    }

    /// What another thread ends this session's statement with.
    public func makeCancellation() -> PostgresCancellation? {
        unsafe PQgetCancel(connection).map { unsafe PostgresCancellation($0) }
    }

    // Sending and waiting

    /// A little longer than the server itself gives a statement.
    func patience() -> Deadline { Deadline(statementTimeout + .seconds(2)) }

    private func send(_ statement: PostgresStatement) throws(PostgresFailure) {
        let values = statement.values
        var arena = ByteWriter(capacity: values.reduce(0) { $0 + ($1.bytes?.count ?? 0) + 1 })
        var places: [Int?] = []
        for value in values {
            places.append(value.bytes == nil ? nil : arena.count)
            arena.raw(value.bytes ?? [])
            arena.byte(0)
        }
        let outcome = unsafe arena.bytes.withUnsafeBytes { bytes in
            let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            let pointers: [UnsafePointer<CChar>?] = unsafe places.map { place in unsafe place.flatMap { unsafe start?.advanced(by: $0) } }
            return unsafe PQsendQueryParams(
                connection, statement.sql, Int32(values.count), values.map(\.type), pointers, values.map { Int32($0.bytes?.count ?? 0) },
                values.map { $0.isBinary ? 1 : 0 }, 0)
        }
        try sent(outcome)
    }

    func sent(_ outcome: Int32) throws(PostgresFailure) {
        guard outcome == 1 else { throw broken() }
    }

    func flush(by deadline: Deadline) throws(PostgresFailure) {
        while true {
            switch unsafe PQflush(connection) {
            case 0: return
            case 1:
                let ready = try wait(for: Int16(POLLIN | POLLOUT), by: deadline)
                if ready & Int16(POLLIN) != 0, unsafe PQconsumeInput(connection) == 0 { throw broken() }
            default: throw broken()
            }
        }
    }

    /// The next result of what was sent; `nil` after the last.
    func next(by deadline: Deadline) throws(PostgresFailure) -> PostgresResult? {
        while unsafe PQisBusy(connection) == 1 {
            _ = try wait(for: Int16(POLLIN), by: deadline)
            if unsafe PQconsumeInput(connection) == 0 { throw broken() }
        }
        guard let handle = unsafe PQgetResult(connection) else { return nil }
        let result = unsafe PostgresResult(handle)
        if unsafe PQstatus(connection) != CONNECTION_OK {
            isUsable = false
            throw result.failure.map { PostgresFailure(.unavailable, sqlState: $0.sqlState, $0.reason) } ?? broken()
        }
        return result
    }

    /// Every result of what was sent, or the first failure among them.
    private func answers(by deadline: Deadline) throws(PostgresFailure) -> [PostgresResult] {
        var results: [PostgresResult] = []
        var failure: PostgresFailure?
        while let result = try next(by: deadline) {
            failure = failure ?? result.failure
            results.append(result)
        }
        if let failure { throw failure }
        return results
    }

    func wait(for events: Int16, by deadline: Deadline) throws(PostgresFailure) -> Int16 {
        let descriptor = unsafe PQsocket(connection)
        guard descriptor >= 0 else { throw broken() }
        var entry = pollfd(fd: descriptor, events: events, revents: 0)
        while true {
            let left = deadline.milliseconds
            if left == 0 {
                isUsable = false
                throw PostgresFailure(.timedOut, "the server did not answer in time")
            }
            if unsafe poll(&entry, 1, left) > 0 { return entry.revents }
        }
    }

    /// The connection is of no more use; what libpq says of it without saying where it led.
    func broken(_ reason: String? = nil) -> PostgresFailure {
        isUsable = false
        let said = unsafe ConnectionMessage.text(PQerrorMessage(connection))
        return PostgresFailure(.unavailable, reason ?? said)
    }
}

// Connecting
extension PostgresSession {
    /// Begins to connect. What the URI says goes before what is the default here.
    private static func begun(
        _ settings: PostgresSettings, _ more: [(String, String)]
    ) throws(PostgresFailure) -> OpaquePointer {
        let uri = settings.uri.revealed
        guard let options = unsafe PQconninfoParse(uri, nil) else {
            throw PostgresFailure(
                .unfit, "the connection URI is none that libpq understands: postgresql://user:password@host:port/database")
        }
        unsafe PQconninfoFree(options)
        let parameters =
            [
                ("fallback_application_name", settings.name), ("keepalives_idle", "10"), ("keepalives_interval", "5"),
                ("keepalives_count", "3"),
                ("tcp_user_timeout", "\(settings.statementTimeout.wholeMilliseconds)"), ("dbname", uri), ("client_encoding", "UTF8"),
            ] + more
        let names = unsafe parameters.map { unsafe strdup($0.0) }
        let values = unsafe parameters.map { unsafe strdup($0.1) }
        defer { unsafe (names + values).forEach { unsafe free($0) } }
        let connection = unsafe PQconnectStartParams(
            names.map { unsafe UnsafePointer($0) } + [nil], values.map { unsafe UnsafePointer($0) } + [nil], 1)
        guard let connection = unsafe connection else {
            throw PostgresFailure(.unavailable, "connecting: out of memory")
        }
        return unsafe connection
    }

    private func connected(by deadline: Deadline) throws(PostgresFailure) {
        var events = Int16(POLLOUT)
        if unsafe PQstatus(connection) == CONNECTION_BAD { throw refusedConnection() }
        while true {
            do throws(PostgresFailure) { _ = try wait(for: events, by: deadline) } catch {
                throw PostgresFailure(.unavailable, "connecting: \(error)")
            }
            switch unsafe PQconnectPoll(connection) {
            case PGRES_POLLING_OK: return
            case PGRES_POLLING_READING: events = Int16(POLLIN)
            case PGRES_POLLING_WRITING: events = Int16(POLLOUT)
            default: throw refusedConnection()
            }
        }
    }

    private func refusedConnection() -> PostgresFailure {
        isUsable = false
        let message = unsafe ConnectionMessage.text(PQerrorMessage(connection))
        return PostgresFailure(ConnectionMessage.kind(message), "connecting: \(message)")
    }
}

extension Duration {
    /// In whole milliseconds, at least one: to PostgreSQL 0 is no limit.
    var wholeMilliseconds: Int64 { max(1, components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000) }
}
