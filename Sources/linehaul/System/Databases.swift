internal import Inspection
internal import Neo4jClient
internal import PostgresClient
internal import PostgresReadModel
internal import ReadModel
internal import StreamCore
internal import TimescaleSink
internal import Topology

/// The databases that this process may use, each with its pool: what jobs are given besides their settings.
struct Databases: Sendable {
    /// Sessions with PostgreSQL; refuses whoever asks where none is configured.
    let postgres: PostgresPool
    /// Where changes are captured from; leads nowhere where none is configured.
    let captured: PostgresSettings
    /// Sessions with where changes are captured from, for who looks at the capture; they do not wait long.
    let capturing: PostgresPool
    /// Sessions with PostgreSQL for those who read, apart from those who write: neither waits for the other.
    let reading: PostgresPool?
    /// The same for what is measured over time.
    let readingSeries: PostgresPool?
    /// What is measured over time.
    let series: SeriesDatabase
    /// The graph.
    let neo4j: Neo4jClient
    private let configured: Set<Database>

    /// Those that a cluster's file names. Nothing is connected by that.
    init(_ settings: [Database: DatabaseSettings], name: String) {
        captured = PostgresSettings(settings[.cdc]?.uri ?? Secret(""), name: name)
        func pool(_ database: Database) -> PostgresPool {
            PostgresPool(
                PostgresSettings(settings[database]?.uri ?? Secret(""), name: name), limit: settings[database]?.sessions ?? 1,
                clock: SystemClock.now)
        }
        postgres = pool(.postgres)
        capturing = PostgresPool(
            PostgresSettings(
                settings[.cdc]?.uri ?? Secret(""), connectTimeout: .seconds(2), statementTimeout: .seconds(5), name: "\(name) looks"),
            limit: 1, patience: .seconds(2), clock: SystemClock.now)
        func reader(_ database: Database) -> PostgresPool? {
            guard let found = settings[database] else { return nil }
            return PostgresPool(
                PostgresSettings(
                    found.uri, connectTimeout: .seconds(2), statementTimeout: .seconds(5), name: "\(name) reads",
                    preparation: DatabaseReadModel.preparation), limit: found.sessions, patience: .seconds(2),
                clock: SystemClock.now)
        }
        (reading, readingSeries) = (reader(.postgres), reader(.timescale))
        series = SeriesDatabase(pool(.timescale))
        let graph = settings[.neo4j]
        neo4j = Neo4jClient(
            Neo4jSettings(graph?.uri.revealed ?? "", user: graph?.user ?? "", password: graph?.password ?? Secret("")))
        configured = Set(settings.keys)
    }

    /// None: for looking at a folder.
    static let none = Databases([:], name: "linehaul")

    /// What health says of them.
    var dependencies: [Dependency] {
        let plain = series.kind == .plain ? "PostgreSQL without TimescaleDB: native partitions" : nil
        return [
            dependency(.postgres, [postgres] + (reading.map { [$0] } ?? [])),
            dependency(.timescale, [series.pool] + (readingSeries.map { [$0] } ?? []), detail: plain),
            configured.contains(.neo4j)
                ? Dependency("neo4j", neo4j.condition == nil ? .healthy : .unhealthy, detail: neo4j.condition?.reason)
                : Dependency("neo4j", .notConfigured),
        ]
    }

    private func dependency(_ database: Database, _ pools: [PostgresPool], detail: String? = nil) -> Dependency {
        guard configured.contains(database) else { return Dependency(database.rawValue, .notConfigured) }
        let now = pools.map(\.condition)
        func sum(_ figure: (PostgresPool.Condition) -> Int) -> Int { now.reduce(0) { $0 + figure($1) } }
        let pool = Dependency.Pool(limit: sum(\.limit), open: sum(\.open), lent: sum(\.lent), waiting: sum(\.waiting))
        let failure = now.compactMap(\.failure).first
        return Dependency(
            database.rawValue, failure == nil ? .healthy : .unhealthy, detail: failure?.reason ?? detail, pool: pool)
    }

    /// What lists, searches, tracks and the dashboard are answered from: PostgreSQL where there is one, else what is in memory.
    func readModel(over memory: any ReadModel) -> any ReadModel {
        guard let reading else { return memory }
        return DatabaseReadModel(entities: reading, series: readingSeries, otherwise: memory, clock: SystemClock.now)
    }

    /// Closes what is open.
    func close() {
        postgres.close()
        capturing.close()
        reading?.close()
        readingSeries?.close()
        series.pool.close()
    }
}
