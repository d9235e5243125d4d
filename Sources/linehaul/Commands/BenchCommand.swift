internal import CommandLine
internal import Foundation
internal import Neo4jClient
internal import StreamCore

/// `linehaul bench NAME`: the measurements behind docs/performance.md, on this machine.
enum BenchCommand {
    static let command: Command<Action> = Command(
        "bench", "measures this program on this machine",
        [.option("dir", "DIR", "where measurements keep their data (default: the system's temporary directory)")],
        verbs: [audit, keys, hos, age, latency, restart, process, ways, postgres, timescale, cdc, reads, neo4j, hello, child])

    private static let kafka = Parameter.option("kafka", "SERVERS", "Kafka brokers with nothing on them (default: the embedded log)")
    private static let beside = Parameter.option("beside", "DIR", "a topology folder whose jobs run beside it, idle")

    private static let audit = Command<Action>(
        "audit-anomaly", "audit records a second, from topic to outlet with durable epochs",
        [
            .option("input", "FILE", "audit records, one JSON object a line", .once),
            .option("parallelism", "N", "how many slots (default 2)"),
            .flag("shuffled", "keys the topic by record id, so that the job shuffles"), kafka, beside,
        ],
        action: { invoked in
            var settings = AuditAnomalyBench.Settings(input: try invoked.arguments.required("input"))
            settings.parallelism = try invoked.arguments.int("parallelism", in: 1...64) ?? 2
            settings.shuffles = invoked.arguments.has("shuffled")
            settings.broker = BenchBroker(servers: invoked.arguments["kafka"])
            settings.beside = invoked.arguments["beside"]
            let bench = AuditAnomalyBench(settings: settings)
            return try await measure(invoked) { try await bench.run(in: $0) }
        })

    private static let keys = Command<Action>(
        "keys", "records a second with so many keys of kept state",
        [
            .option("keys", "N", "how many keys (default 1000000)"), .option("records", "N", "how many records (default 3000000)"),
            .option("parallelism", "N", "how many slots (default 2)"),
        ],
        action: { invoked in
            var bench = KeysBench()
            bench.keys = try invoked.arguments.int("keys", in: 1...1_000_000_000) ?? bench.keys
            bench.records = try invoked.arguments.int("records", in: 1...1_000_000_000) ?? bench.records
            bench.parallelism = try invoked.arguments.int("parallelism", in: 1...64) ?? bench.parallelism
            return try await measure(invoked) { [bench] in try await bench.run(in: $0) }
        })

    private static let hos = Command<Action>(
        "hos", "duty entries a second through hours of service",
        [
            .option("drivers", "N", "how many drivers (default 10000)"),
            .option("records", "N", "how many duty entries (default 1000000)"),
            .option("parallelism", "N", "how many slots (default 1)"),
        ],
        action: { invoked in
            var bench = HoursBench()
            bench.drivers = try invoked.arguments.int("drivers", in: 1...1_000_000) ?? bench.drivers
            bench.records = try invoked.arguments.int("records", in: 1...1_000_000_000) ?? bench.records
            bench.parallelism = try invoked.arguments.int("parallelism", in: 1...64) ?? bench.parallelism
            return try await measure(invoked) { [bench] in try await bench.run(in: $0) }
        })

    private static let age = Command<Action>(
        "age", "records a second through one job as its log grows old, with retention and compaction at work",
        [
            .option("rounds", "N", "how many rounds (default 20)"), .option("records", "N", "records a round (default 1000000)"),
            .option("keys", "N", "how many keys (default 100000)"),
        ],
        action: { invoked in
            var bench = AgeBench()
            bench.rounds = try invoked.arguments.int("rounds", in: 1...100_000) ?? bench.rounds
            bench.records = try invoked.arguments.int("records", in: 1...1_000_000_000) ?? bench.records
            bench.keys = try invoked.arguments.int("keys", in: 1...1_000_000_000) ?? bench.keys
            return try await measure(invoked) { [bench] in try await bench.run(in: $0) }
        })

    private static let hello = Command<Action>(
        "hello", "a bare listener, until it is ended: what a client's own benchmark compares the API with",
        [.option("port", "N", "where it listens (default 8081)")],
        action: { invoked in
            var bench = HelloBench()
            bench.port = try invoked.arguments.int("port", in: 0...65_535) ?? bench.port
            try await bench.run()
            return .done
        })

    private static let latency = Command<Action>(
        "latency", "from a record's making to its durable effect, at a steady rate",
        [
            .option("rate", "N", "records a second (default 10000)"), .option("seconds", "N", "for how long (default 10)"),
            .option("warm-up", "N", "seconds before, not measured (default 0)"), kafka, beside,
        ],
        action: { invoked in
            var bench = LatencyBench()
            bench.rate = try invoked.arguments.int("rate", in: 1...1_000_000) ?? bench.rate
            bench.seconds = try invoked.arguments.int("seconds", in: 1...3_600) ?? bench.seconds
            bench.warmUp = try invoked.arguments.int("warm-up", in: 0...3_600) ?? bench.warmUp
            bench.broker = BenchBroker(servers: invoked.arguments["kafka"])
            bench.beside = invoked.arguments["beside"]
            return try await measure(invoked) { [bench] in try await bench.run(in: $0) }
        })

    private static let restart = Command<Action>(
        "restart", "back at work after kill -9, with so many keys",
        [
            .option("keys", "N", "how many keys (default 1000000)"), .option("runs", "N", "how many kills (default 5)"),
            .flag("from-changelog", "takes the local state away before each start"), kafka,
        ],
        action: { invoked in
            var bench = RestartBench()
            bench.keys = try invoked.arguments.int("keys", in: 1...1_000_000_000) ?? bench.keys
            bench.runs = try invoked.arguments.int("runs", in: 1...1_000) ?? bench.runs
            bench.broker = BenchBroker(servers: invoked.arguments["kafka"])
            bench.loses = invoked.arguments.has("from-changelog")
            return try await measure(invoked) { [bench] in try await bench.run(in: $0) }
        })

    private static let process = Command<Action>(
        "process", "how soon the program serves, and what it costs when idle",
        [.positional("DIR", "the topology to run (default topology)", .optional), .option("runs", "N", "how many starts (default 5)")],
        action: { invoked in
            var bench = ProcessBench()
            bench.runs = try invoked.arguments.int("runs", in: 1...1_000) ?? bench.runs
            let folder = invoked.arguments["DIR"] ?? "topology"
            return try await measure(invoked) { [bench] in try await bench.run(in: $0, folder: folder) }
        })

    private static let ways = Command<Action>(
        "ways", "how long it takes to find a way in a large road network",
        [.option("places", "N", "how many places (default 100000)"), .option("queries", "N", "how many ways (default 1000)")],
        action: { invoked in
            var bench = WaysBench()
            bench.places = try invoked.arguments.int("places", in: 4...10_000_000) ?? bench.places
            bench.queries = try invoked.arguments.int("queries", in: 1...10_000_000) ?? bench.queries
            return try await measure(invoked) { [bench] _ in try await bench.run() }
        })

    private static let postgres = Command<Action>(
        "postgres", "rows a second into PostgreSQL, from topic to committed rows with their positions",
        [
            .option("uri", "URI", "an empty database, in which tables are made", .once),
            .option("records", "N", "how many rows (default 2000000)"),
            .option("parallelism", "N", "how many sessions (default 2)"),
            .flag("copy", "narrow rows by COPY, not by one INSERT from arrays"),
            .flag("audit", "audit records into audit_logs with all its indexes, not narrow rows into a plain table"),
        ],
        action: { invoked in
            var bench = PostgresBench()
            bench.uri = try invoked.arguments.required("uri")
            bench.records = try invoked.arguments.int("records", in: 1...1_000_000_000) ?? bench.records
            bench.parallelism = try invoked.arguments.int("parallelism", in: 1...64) ?? bench.parallelism
            bench.copies = invoked.arguments.has("copy")
            bench.isAudit = invoked.arguments.has("audit")
            return try await measure(invoked) { [bench] in try await bench.run(in: $0) }
        })

    private static let timescale = Command<Action>(
        "timescale", "positions a second into TimescaleDB, or a PostgreSQL in its place, from topic to committed rows",
        [
            .option("uri", "URI", "an empty database, in which tables are made", .once),
            .option("records", "N", "how many positions (default 1000000)"),
            .option("parallelism", "N", "how many sessions (default 2)"),
        ],
        action: { invoked in
            var bench = TimescaleBench()
            bench.uri = try invoked.arguments.required("uri")
            bench.records = try invoked.arguments.int("records", in: 1...1_000_000_000) ?? bench.records
            bench.parallelism = try invoked.arguments.int("parallelism", in: 1...64) ?? bench.parallelism
            return try await measure(invoked) { [bench] in try await bench.run(in: $0) }
        })

    private static let cdc = Command<Action>(
        "cdc", "changes a second captured from PostgreSQL, and how soon after its commit one can be read",
        [
            .option("uri", "URI", "an empty database of a server with wal_level = logical; a table is made in it", .once),
            .option("records", "N", "how many rows are inserted and captured (default 1000000)"),
            .option("batch", "N", "how many of them in a transaction (default 100)"),
            .option("rate", "N", "changes a second while lag is measured (default 1000)"),
            .option("seconds", "N", "for how many seconds (default 20)"),
        ],
        action: { invoked in
            var bench = CaptureBench()
            bench.uri = try invoked.arguments.required("uri")
            bench.records = try invoked.arguments.int("records", in: 1...1_000_000_000) ?? bench.records
            bench.batch = try invoked.arguments.int("batch", in: 1...1_000_000) ?? bench.batch
            bench.rate = try invoked.arguments.int("rate", in: 10...1_000_000) ?? bench.rate
            bench.seconds = try invoked.arguments.int("seconds", in: 1...3_600) ?? bench.seconds
            return try await measure(invoked) { [bench] in try await bench.run(in: $0) }
        })

    private static let reads = Command<Action>(
        "reads", "how long lists, searches, tracks and the dashboard take from PostgreSQL",
        [
            .option("uri", "URI", "an empty database, in which tables are made and filled; or one that this filled before", .once),
            .option("loads", "N", "how many loads (default 1000000)"),
            .option("positions", "N", "how many positions (default 10000000)"),
            .option("queries", "N", "how many questions of each kind (default 200)"),
        ],
        action: { invoked in
            var bench = ReadsBench(uri: try invoked.arguments.required("uri"))
            bench.loads = try invoked.arguments.int("loads", in: 1_000...1_000_000_000) ?? bench.loads
            bench.positions = try invoked.arguments.int("positions", in: 1_000...1_000_000_000) ?? bench.positions
            bench.queries = try invoked.arguments.int("queries", in: 1...1_000_000) ?? bench.queries
            return try await measure(invoked) { [bench] _ in try bench.run() }
        })

    private static let neo4j = Command<Action>(
        "neo4j", "relations a second into Neo4j, from topic to committed relations with their positions",
        [
            .option("url", "URL", "the HTTP address of an empty Neo4j that asks nobody who they are", .once),
            .option("loads", "N", "how many loads, five relations each (default 20000)"),
            .option("warm-up", "N", "loads before them that are not timed (default 0)"),
            .option("parallelism", "N", "how many transactions at a time (default 2)"),
        ],
        action: { invoked in
            var bench = GraphBench()
            bench.settings.url = try invoked.arguments.required("url")
            bench.loads = try invoked.arguments.int("loads", in: 1...100_000_000) ?? bench.loads
            bench.warmUp = try invoked.arguments.int("warm-up", in: 0...100_000_000) ?? bench.warmUp
            bench.parallelism = try invoked.arguments.int("parallelism", in: 1...64) ?? bench.parallelism
            return try await measure(invoked) { [bench] in try await bench.run(in: $0) }
        })

    private static let child = Command<Action>(
        "restart-child", "what `bench restart` runs and kills",
        [
            .positional("MODE", "fill or resume"), .positional("PATH", "the directory"), .positional("KEYS", "how many keys"), kafka,
        ],
        action: { invoked in
            guard let keys = Int(try invoked.arguments.required("KEYS")) else {
                throw invoked.arguments.failure("KEYS", "expected a number")
            }
            try await RestartBench.beChild(
                try invoked.arguments.required("MODE"), try invoked.arguments.required("PATH"), keys,
                BenchBroker(servers: invoked.arguments["kafka"]))
            return .done
        })

    /// Runs a measurement in a scratch directory and prints what it found.
    private static func measure(_ invoked: Invoked, _ body: (BenchScratch) async throws -> JSON) async throws -> ExitCode {
        let scratch = try BenchScratch(invoked.arguments["dir"])
        let result: JSON
        do {
            result = try await body(scratch)
        } catch {
            try scratch.remove()
            throw error
        }
        try scratch.remove()
        invoked.terminal.print((invoked.wantsJSON ? result.description : lines(result)) + "\n")
        return .done
    }

    private static func lines(_ result: JSON) -> String {
        (result.members ?? []).map { "\($0.name.replacing("_", with: " ")): \($0.value)" }.joined(separator: "\n")
    }
}
