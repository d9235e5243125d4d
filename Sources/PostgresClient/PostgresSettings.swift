public import StreamCore

/// How sessions reach a server and how long they wait for it.
public struct PostgresSettings: Sendable {
    /// A libpq connection URI or keywords: host, user, TLS and the rest are said there, in libpq's own words.
    public var uri: Secret
    /// How long connecting may take.
    public var connectTimeout: Duration
    /// How long one statement may take; the server ends it there, and a little later the session does without an answer.
    public var statementTimeout: Duration
    /// How the sessions are called in the server's views.
    public var name: String
    /// Run once in each new session, such as `SET synchronous_commit = off`.
    public var preparation: String

    /// Settings of those parts.
    public init(
        _ uri: Secret, connectTimeout: Duration = .seconds(5), statementTimeout: Duration = .seconds(30), name: String = "linehaul",
        preparation: String = ""
    ) {
        self.uri = uri
        self.connectTimeout = connectTimeout
        self.statementTimeout = statementTimeout
        self.name = name
        self.preparation = preparation
    }
}
