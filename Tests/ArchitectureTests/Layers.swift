/// The layers, lowest first: a target imports only targets of lower ones. Jobs, whatever they are called, belong to layer 4.
enum Layers {
    static let table: [[String]] = [
        Array(doors.keys),
        ["StreamCore", "StructuredLog", "Metrics", "ServiceLifecycle", "Threads"],
        [
            "CommandLine",
            "Compression",
            "EventLog",
            "Geodesy",
            "HTTPClient",
            "HTTPServer",
            "KeyedState",
            "Pgoutput",
            "PostgresClient",
            "RocksDB",
            "Sinks",
            "Tokens",
            "Wire",
            "YAML",
        ],
        [
            "Access",
            "Dataflow",
            "DebeziumFormat",
            "EmbeddedLog",
            "EventFeed",
            "EventLogConformance",
            "Freight",
            "HoursOfService",
            "KafkaLog",
            "Neo4jClient",
            "PostgresSinks",
            "ReadModel",
            "RoadNetwork",
            "RocksDBState",
            "Savepoints",
            "SinkConformance",
        ],
        ["Topology", "Execution", "PostgresReadModel"],
        ["Inspection", "ReadModelConformance", "StreamTesting", "TestServers", "TestPeers"],
        ["linehaul", "torture"],
    ]

    /// The C libraries, and the one target that each is a door for.
    static let doors: [String: String?] = [
        "CBeast": "HTTPServer", "CCurl": "HTTPClient", "CJose": "Tokens", "COpenSSL": "Tokens",
        "CPostgres": "PostgresClient", "CRdKafka": "KafkaLog", "CRocksDB": "RocksDB",
        "CSimdJSON": "Wire", "CXXHash": "StreamCore", "CYAML": "YAML", "CZlib": "HTTPServer", "CZstd": "Compression",
    ]

    /// The layer of jobs. Each folder of `Jobs/` is one target.
    static let jobs = 4

    /// Targets that are no part of the product: the job that `docs/write-a-job.md` shows, and the program that kills another.
    static let elsewhere = ["ExampleJob": "docs/write-a-job", "torture": "Tests/Torture"]

    static func layer(of target: PackageDescription.Target) -> Int? {
        if target.path.hasPrefix("Jobs/") || target.name == "ExampleJob" { return jobs }
        return table.firstIndex { $0.contains(target.name) }
    }
}
