/// Why PostgreSQL did not do what was asked, as far as callers act on it.
///
/// The reason never holds the connection's parameters, addresses included, so that it may be shown to whoever asks for health.
public struct PostgresFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of failure.
    public enum Kind: String, Hashable, Sendable {
        /// The server cannot be reached, ends, starts, only reads, or has no room: it comes back by itself, or a person brings it back.
        case unavailable
        /// Nothing of the transaction was done, and the same may succeed at once: a deadlock, a serialization failure, a lock not had in time.
        case retriable
        /// The connection was lost while a commit was under way: it may have been done or not.
        case unknown
        /// The server refuses these values: they break a type, a constraint or a trigger's rule. Others may pass.
        case refused
        /// It took longer than the session allows, or was cancelled.
        case timedOut
        /// The database is not what the statement needs: a table, a column, a type, an extension is missing or another.
        case unfit
        /// The user may not do this, or is not let in.
        case forbidden
    }

    /// What kind of failure.
    public let kind: Kind
    /// The server's code, five characters; `nil` where it was not the server that said no.
    public let sqlState: String?
    /// What was being done and what happened: "writing loads: value too long for type character varying(17) (22001)".
    public let reason: String

    /// A failure of those parts.
    public init(_ kind: Kind, sqlState: String? = nil, _ reason: String) {
        self.kind = kind
        self.sqlState = sqlState
        self.reason = reason
    }

    public var description: String { reason }

    /// The same, with what was being done before it.
    public func doing(_ what: String) -> PostgresFailure { PostgresFailure(kind, sqlState: sqlState, "\(what): \(reason)") }

    /// What the server says with a code; `nil` for a connection that broke.
    init(sqlState: String?, _ message: String) {
        self.init(
            sqlState.map(Kind.init(sqlState:)) ?? .unavailable, sqlState: sqlState, sqlState.map { "\(message) (\($0))" } ?? message)
    }
}

extension PostgresFailure.Kind {
    /// What a code means for a caller; appendix A of PostgreSQL's manual lists them.
    init(sqlState code: String) {
        switch code {
        case "40001", "40P01", "55P03": self = .retriable
        // The outcome of the transaction is not known to the server itself.
        case "40003", "08007": self = .unknown
        case "57014": self = .timedOut
        case "42501", "0LP01", "0P000": self = .forbidden
        // A standby, or a server that was told to read only.
        case "25006": self = .unavailable
        case "58P01", "3D000", "3F000": self = .unfit
        default:
            switch code.prefix(2) {
            case "08", "53", "57", "58", "55": self = .unavailable
            case "28": self = .forbidden
            case "21", "22", "23", "44", "P0": self = .refused
            case "40": self = .retriable
            default: self = .unfit
            }
        }
    }
}
