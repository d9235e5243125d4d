internal import CPostgres
internal import Glibc
internal import StreamCore

/// A connection to a server over which its log is streamed: used by one thread at a time, and blocking it.
///
/// Values come as text in forms that do not depend on the server's settings: ISO dates, UTC, hexadecimal bytes, shortest exact floats.
@safe public final class ReplicationSession {
    private let session: PostgresSession

    /// Connects. The user must have the right of REPLICATION.
    public init(_ settings: PostgresSettings) throws(PostgresFailure) {
        session = try PostgresSession(settings, [("replication", "database")])
        try session.run("\(ReplicationSession.preparation); SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0")
    }

    /// Statements that give an ordinary session the same forms of values.
    public static let preparation =
        "SET datestyle = 'ISO,YMD'; SET timezone = 'UTC'; SET intervalstyle = 'postgres'; SET bytea_output = 'hex'; SET extra_float_digits = 3; "
        + "SET lc_monetary = 'C'"

    /// Runs one command or statement and returns what it gives. Not while streaming.
    public func query(_ sql: String) throws(PostgresFailure) -> PostgresResult {
        guard let last = try session.simple(sql).last else { throw session.broken("the server answered nothing") }
        return last
    }

    /// Begins to stream by a `START_REPLICATION` command.
    public func stream(_ command: String) throws(PostgresFailure) {
        let deadline = session.patience()
        try session.sent(unsafe PQsendQuery(session.connection, command))
        try session.flush(by: deadline)
        guard let begun = try session.next(by: deadline) else { throw session.broken("the server does not stream") }
        if let failure = begun.failure { throw failure }
        guard begun.status == PGRES_COPY_BOTH else { throw session.broken("the server does not stream") }
    }

    /// Lends the frames that are there, at most `limit`, each for the length of a call that says whether to go on; waits for the first as
    /// long as that. How many.
    public func receive(
        upTo limit: Int, within patience: Duration, _ body: (UnsafeRawBufferPointer) throws(PostgresFailure) -> Bool
    ) throws(PostgresFailure) -> Int {
        var count = 0
        while count < limit {
            var buffer: UnsafeMutablePointer<CChar>?
            let length = unsafe PQgetCopyData(session.connection, &buffer, 1)
            if length > 0, let start = unsafe buffer {
                defer { unsafe PQfreemem(start) }
                count += 1
                if try unsafe body(UnsafeRawBufferPointer(start: start, count: Int(length))) { continue }
                break
            }
            if length < 0 { throw ended() }
            if count > 0 { break }
            if try !hasInput(within: patience) { break }
        }
        return count
    }

    /// Sends a frame to the server.
    public func send(_ frame: [UInt8]) throws(PostgresFailure) {
        let deadline = session.patience()
        let outcome = unsafe frame.withUnsafeBytes { bytes in
            unsafe PQputCopyData(session.connection, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count))
        }
        if outcome < 0 { throw session.broken() }
        try session.flush(by: deadline)
    }

    /// Waits for bytes and takes them in. `false` where none came.
    private func hasInput(within patience: Duration) throws(PostgresFailure) -> Bool {
        let descriptor = unsafe PQsocket(session.connection)
        guard descriptor >= 0 else { throw session.broken() }
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&entry, 1, Int32(clamping: patience.wholeMilliseconds)) > 0 else { return false }
        if unsafe PQconsumeInput(session.connection) == 0 { throw session.broken() }
        return true
    }

    /// Why the stream has ended.
    private func ended() -> PostgresFailure {
        session.isUsable = false
        while let handle = unsafe PQgetResult(session.connection) {
            if let failure = unsafe PostgresResult(handle).failure { return failure }
        }
        return session.broken()
    }
}
