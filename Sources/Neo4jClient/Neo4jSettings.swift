public import StreamCore

/// Where a Neo4j is, and as whom to speak to it.
public struct Neo4jSettings: Hashable, Sendable {
    /// Its HTTP address: `http://127.0.0.1:7474`.
    public var url: String
    /// The user; empty where it asks nobody who they are.
    public var user: String
    /// The user's password.
    public var password: Secret
    /// The database.
    public var database: String
    /// How long a transaction may take.
    public var timeout: Duration

    /// A Neo4j there.
    public init(
        _ url: String, user: String = "", password: Secret = Secret(""), database: String = "neo4j", timeout: Duration = .seconds(30)
    ) {
        self.url = url
        self.user = user
        self.password = password
        self.database = database
        self.timeout = timeout
    }
}
