/// Why a request got no answer. An answer of any status is none of these.
public struct HTTPClientFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong, as far as callers act on it.
    public enum Kind: Hashable, Sendable {
        /// Nothing listens there, or the host cannot be reached.
        case unreachable
        /// The host's name is not known.
        case unknownHost
        /// The host's address is one that the session does not reach.
        case forbidden
        /// It took longer than the request allows.
        case timedOut
        /// The peer's certificate is not trusted, or TLS failed otherwise.
        case tls
        /// The connection ended before the answer did, or what came is no HTTP.
        case broken
        /// The answer is larger than the session takes.
        case tooLarge
        /// The request cannot be sent as it is: its URL, its method or a header.
        case badRequest
        /// Anything else; the reason says what.
        case other
    }

    /// What kind of failure.
    public let kind: Kind
    /// The URL's scheme, host and port, without what may be secret: "http://127.0.0.1:8080".
    public let origin: String
    /// What was being done and what happened, for people: "connecting to http://127.0.0.1:8080: Connection refused".
    public let reason: String

    public var description: String { reason }
}
