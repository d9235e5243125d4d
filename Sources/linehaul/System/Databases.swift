internal import Inspection
internal import PostgresClient
internal import StreamCore
internal import Topology

/// The databases that this process may use, each with its pool: what jobs are given besides their settings.
struct Databases: Sendable {
    /// Sessions with PostgreSQL; refuses whoever asks where none is configured.
    let postgres: PostgresPool
    /// Where changes are captured from; leads nowhere where none is configured.
    let captured: PostgresSettings
    private let configured: Set<Database>

    /// Those that a cluster's file names. Nothing is connected by that.
    init(_ settings: [Database: DatabaseSettings], name: String) {
        let postgres = settings[.postgres]
        self.postgres = PostgresPool(
            PostgresSettings(postgres?.uri ?? Secret(""), name: name), limit: postgres?.sessions ?? 1, clock: SystemClock.now)
        captured = PostgresSettings(settings[.cdc]?.uri ?? Secret(""), name: name)
        configured = Set(settings.keys)
    }

    /// None: for looking at a folder.
    static let none = Databases([:], name: "linehaul")

    /// What health says of them.
    var dependencies: [Dependency] {
        let others = ["timescale", "neo4j"].map { Dependency($0, .notConfigured) }
        guard configured.contains(.postgres) else { return [Dependency("postgres", .notConfigured)] + others }
        let now = postgres.condition
        let pool = Dependency.Pool(limit: now.limit, open: now.open, lent: now.lent, waiting: now.waiting)
        let status: Dependency.Status = now.failure == nil ? .healthy : .unhealthy
        return [Dependency("postgres", status, detail: now.failure?.reason, pool: pool)] + others
    }

    /// Closes what is open.
    func close() { postgres.close() }
}
