public import StreamCore

/// The databases that jobs may need; `databases` of `cluster.yaml` says where they are.
public enum Database: String, Hashable, Sendable, CaseIterable {
    /// PostgreSQL with PostGIS, for what the business looks at.
    case postgres
    /// The PostgreSQL whose changes are captured, as a user with the right of REPLICATION; most often the same one.
    case cdc
    /// TimescaleDB, or a PostgreSQL in its place, for what is measured over time.
    case timescale
    /// Neo4j, for what has to do with what.
    case neo4j
}

/// Where a database is.
public struct DatabaseSettings: Hashable, Sendable {
    /// Where to connect, and as whom; for PostgreSQL a libpq URI.
    public var uri: Secret
    /// How many sessions the process may have there for each use.
    public var sessions: Int
    /// As whom, where the URI does not say; empty: as nobody.
    public var user: String
    /// That user's password.
    public var password: Secret

    /// A database there.
    public init(uri: Secret, sessions: Int = 8, user: String = "", password: Secret = Secret("")) {
        self.uri = uri
        self.sessions = sessions
        self.user = user
        self.password = password
    }
}

/// A job that is declared and does not run, since what it needs is not configured.
public struct LeftOutJob: Hashable, Sendable, CustomStringConvertible {
    /// The job's name.
    public let job: String
    /// What it needs.
    public let needs: Database

    public var description: String {
        "\(job) is left out: it needs \(needs.rawValue), and none is configured; set LINEHAUL_\(needs.rawValue.uppercased()), or "
            + "`databases.\(needs.rawValue).uri` in cluster.yaml"
    }
}
