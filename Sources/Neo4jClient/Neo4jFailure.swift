internal import HTTPClient

/// Why Neo4j did not do what was asked, as far as callers act on it. The reason holds no address, so that health may show it.
public struct Neo4jFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of failure.
    public enum Kind: Hashable, Sendable {
        /// It cannot be reached, or is not up: it comes back by itself, or a person brings it back.
        case unavailable
        /// Nothing was done, and the same may succeed at once: a deadlock, say.
        case retriable
        /// The answer is lost: it may have been done or not.
        case unknown
        /// It refuses these values.
        case refused
        /// A statement divided by zero, which is how one ends its transaction: Cypher has no other way.
        case aborted
        /// The database is not what the statement needs.
        case unfit
        /// The user may not do this, or is not let in.
        case forbidden
    }

    /// What kind of failure.
    public let kind: Kind
    /// The server's code, such as `Neo.TransientError.Transaction.DeadlockDetected`; `nil` where it did not answer.
    public let code: String?
    /// What was being done and what happened.
    public let reason: String

    /// A failure of those parts.
    public init(_ kind: Kind, code: String? = nil, _ reason: String) {
        self.kind = kind
        self.code = code
        self.reason = reason
    }

    public var description: String { reason }

    /// What the server says with a code; `Neo4j Status Codes` in its manual lists them.
    init(code: String, _ message: String) {
        let parts = code.split(separator: ".").map(String.init)
        let kind: Kind =
            switch (parts.count > 1 ? parts[1] : "", parts.count > 2 ? parts[2] : "", parts.last ?? "") {
            case ("TransientError", "General", _), (_, _, "DatabaseUnavailable"): .unavailable
            case ("TransientError", _, _): .retriable
            case (_, "Security", _): .forbidden
            case (_, "Statement", "ArithmeticError"): .aborted
            case (_, "Statement", "TypeError"), (_, "Statement", "ArgumentError"), (_, "Statement", "SemanticError"),
                (_, "Schema", "ConstraintValidationFailed"), (_, "Request", "InvalidFormat"):
                .refused
            case ("DatabaseError", _, _): .unavailable
            default: .unfit
            }
        self.init(kind, code: code, "\(message.prefix(500)) (\(code))")
    }

    /// What a request without an answer means. What was under way when its answer was lost may have been done.
    init(_ failure: HTTPClientFailure) {
        switch failure.kind {
        case .unreachable, .unknownHost, .forbidden, .tls: self.init(.unavailable, "connecting: Neo4j cannot be reached")
        case .timedOut, .broken, .tooLarge, .other: self.init(.unknown, "waiting for Neo4j: the answer is lost")
        case .badRequest: self.init(.unfit, "asking: the address of Neo4j is no URL")
        }
    }
}
