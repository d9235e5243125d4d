// swift-tools-version: 6.2
// The architecture: a target may import only targets of a lower layer. Tests/ArchitectureTests holds it.
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    // Generic operators are specialised in the job that uses them; exclusivity is enforced at run time in debug builds, where the tests
    // of Execution run, and at compile time everywhere.
    .unsafeFlags(["-cross-module-optimization", "-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]

func source(_ name: String, _ dependencies: [Target.Dependency] = [], path: String? = nil, excluding excluded: [String] = []) -> Target {
    .target(
        name: name, dependencies: dependencies, path: path ?? "Sources/\(name)", exclude: excluded, swiftSettings: strict,
        // The standard library's rounding calls it, and an executable without Foundation links it for no other reason.
        linkerSettings: [.linkedLibrary("m")])
}

func job(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    source(name, ["StreamCore", "KeyedState", "Dataflow", "Wire", "Freight"] + dependencies, path: "Jobs/\(name)")
}

func suite(_ name: String, _ dependencies: [Target.Dependency], excluding excluded: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies, path: "Tests/\(name)Tests", exclude: excluded, swiftSettings: strict)
}

/// A C library of Debian's behind a module map; one target imports it.
func library(_ name: String, _ pkgConfig: String?, _ package: String) -> Target {
    .systemLibrary(name: name, path: "Sources/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}

/// A C++ library behind a plain C header of ours; one target imports it.
func shim(_ name: String, linking libraries: [String]) -> Target {
    .target(
        name: name, path: "Sources/\(name)",
        cxxSettings: [.unsafeFlags(["-O2", "-Wno-everything"])],
        linkerSettings: libraries.map { .linkedLibrary($0) })
}

let doors: [Target] = [
    library("CRocksDB", "rocksdb", "librocksdb-dev"),
    library("CYAML", "yaml-0.1", "libyaml-dev"),
    library("CXXHash", "libxxhash", "libxxhash-dev"),
    library("CZstd", "libzstd", "libzstd-dev"),
    library("CZlib", "zlib", "zlib1g-dev"),
    library("CJose", nil, "libcjose-dev"),
    library("COpenSSL", "libcrypto", "libssl-dev"),
    library("CRdKafka", "rdkafka", "librdkafka-dev"),
    library("CPostgres", "libpq", "libpq-dev"),
    shim("CSimdJSON", linking: ["simdjson"]),
    shim("CBeast", linking: ["ssl", "crypto", "pthread"]),
    shim("CCurl", linking: ["curl"]),
]

let layer1: [Target] = [
    source("StreamCore", ["CXXHash"]),
    source("StructuredLog"),
    source("Metrics"),
    source("ServiceLifecycle"),
    source("Threads"),
]

let layer2: [Target] = [
    source("RocksDB", ["CRocksDB", "StreamCore"]),
    source("EventLog", ["StreamCore"]),
    source("Sinks", ["StreamCore"]),
    source("PostgresClient", ["StreamCore", "CPostgres"]),
    source("Pgoutput", ["StreamCore"]),
    source("KeyedState", ["StreamCore"]),
    source("Wire", ["CSimdJSON", "StreamCore"]),
    source("HTTPServer", ["CBeast", "CZlib", "StreamCore"]),
    source("HTTPClient", ["CCurl", "StreamCore"]),
    source("YAML", ["CYAML", "StreamCore"]),
    source("CommandLine", ["StreamCore"]),
    source("Compression", ["CZstd"]),
    source("Tokens", ["CJose", "COpenSSL", "StreamCore"]),
    source("Geodesy", ["StreamCore"]),
]

let layer3: [Target] = [
    source("Access", ["StreamCore", "Wire", "Tokens"]),
    source("DebeziumFormat", ["StreamCore", "Pgoutput"]),
    source("Dataflow", ["StreamCore", "KeyedState", "EventLog", "Sinks", "Wire"]),
    source("Freight", ["StreamCore", "Wire", "Geodesy"]),
    source("HoursOfService", ["StreamCore", "Wire"]),
    source("ReadModel", ["StreamCore", "Geodesy"]),
    source("RoadNetwork", ["StreamCore", "Wire", "Geodesy"]),
    source("EmbeddedLog", ["StreamCore", "EventLog", "RocksDB", "StructuredLog"]),
    source("EventLogConformance", ["StreamCore", "EventLog"]),
    source("SinkConformance", ["StreamCore", "Sinks"]),
    source("KafkaLog", ["StreamCore", "EventLog", "CRdKafka", "StructuredLog"]),
    source("Neo4jClient", ["StreamCore", "HTTPClient", "Tokens", "Wire"]),
    source("PostgresSinks", ["StreamCore", "Sinks", "PostgresClient"]),
    source("RocksDBState", ["StreamCore", "KeyedState", "RocksDB"]),
    source("Savepoints", ["StreamCore", "KeyedState", "Compression"]),
    source("EventFeed", ["StreamCore", "EventLog", "Geodesy", "HTTPServer", "Metrics", "Threads", "Wire"]),
]

let layer4: [Target] = [
    job("AccessKeys"),
    job("ArrivalsAndDelays", ["Geodesy", "HoursOfService"]),
    job("AuditAnomaly"),
    job("CarrierPerformance"),
    job("ChangeCapture", ["DebeziumFormat", "Pgoutput", "PostgresClient"]),
    job("ChangeFanOut"),
    job("EventCatalog"),
    job(
        "Gateway",
        [
            "Access", "EventFeed", "EventLog", "Geodesy", "HTTPServer", "HoursOfService", "Metrics", "ReadModel", "RoadNetwork",
            "StructuredLog", "Threads",
        ]),
    job("Ledger"),
    job("HOSViolations", ["HoursOfService"]),
    job("Neo4jSink", ["Neo4jClient", "Sinks"]),
    job("PostgresSink", ["PostgresClient", "PostgresSinks"]),
    job("Publications"),
    job("RouteDeviation", ["Geodesy"]),
    job("RouteOptimization", ["EventLog", "Geodesy", "HoursOfService", "RoadNetwork"]),
    job("StatusTransitions", ["HoursOfService"]),
    job("TimescaleSink", ["PostgresClient", "PostgresSinks", "Sinks"]),
    job("Webhooks", ["EventLog", "HTTPClient", "Threads", "Tokens"]),
    source("FleetSimulator", ["StreamCore", "Wire", "Freight", "Geodesy"], path: "Jobs/FleetSimulator"),
    source(
        "ExampleJob", ["StreamCore", "KeyedState", "Dataflow", "Wire", "Freight"], path: "docs/write-a-job",
        excluding: ["silent-vehicles.yaml"]),
    source("PostgresReadModel", ["StreamCore", "PostgresClient", "ReadModel"]),
    source("Topology", ["StreamCore", "KeyedState", "Dataflow", "EventLog", "Wire", "YAML"]),
    source(
        "Execution",
        ["StreamCore", "Dataflow", "KeyedState", "EventLog", "Savepoints", "Sinks", "Threads", "Wire", "StructuredLog", "Metrics"]),
]

let layer5: [Target] = [
    source(
        "Inspection",
        [
            "StreamCore", "Execution", "HTTPServer", "HTTPClient", "Wire", "EventLog", "Dataflow", "KeyedState", "Savepoints", "Topology",
            "Metrics",
        ]),
    source("ReadModelConformance", ["StreamCore", "Wire", "Freight", "ReadModel"]),
    source("TestServers"),
    source("TestPeers"),
    source(
        "StreamTesting",
        [
            "StreamCore", "Execution", "Dataflow", "KeyedState", "EventLog", "EmbeddedLog", "RocksDB", "RocksDBState", "Metrics",
            "Sinks", "StructuredLog", "Wire",
        ]),
]

let package = Package(
    name: "linehaul",
    products: [.executable(name: "linehaul", targets: ["linehaul"])],
    targets: doors + layer1 + layer2 + layer3 + layer4 + layer5 + [
        .executableTarget(
            name: "linehaul",
            dependencies: [
                "StreamCore", "StructuredLog", "Metrics", "RocksDB", "EventLog", "KeyedState", "Wire", "HTTPServer", "HTTPClient",
                "YAML", "CommandLine", "Dataflow", "Freight", "EmbeddedLog", "KafkaLog", "RocksDBState", "Access", "AccessKeys",
                "ArrivalsAndDelays", "AuditAnomaly", "CarrierPerformance", "EventCatalog", "FleetSimulator", "Gateway", "HOSViolations",
                "Ledger", "PostgresClient", "PostgresSink", "PostgresSinks", "RouteDeviation", "ChangeCapture", "ChangeFanOut",
                "PostgresReadModel", "Publications", "ReadModel", "RouteOptimization", "Neo4jClient", "Neo4jSink", "TimescaleSink",
                "StatusTransitions", "Webhooks",
                "Topology", "Execution", "Inspection", "Savepoints", "ServiceLifecycle", "RoadNetwork", "Geodesy", "Tokens",
                "Threads",
            ],
            path: "Sources/linehaul", swiftSettings: strict),
        .executableTarget(
            name: "torture", dependencies: ["StreamCore", "Wire", "HTTPClient", "CommandLine", "Execution", "TestServers"],
            path: "Tests/Torture", swiftSettings: strict),
        suite("StreamCore", ["StreamCore", "StreamTesting"]),
        suite("Tokens", ["Tokens", "StreamCore", "Wire"]),
        suite("Access", ["Access", "StreamCore", "Tokens", "Wire"]),
        suite("KeyedState", ["KeyedState", "StreamCore", "StreamTesting", "RocksDBState", "RocksDB"]),
        suite("RocksDBState", ["RocksDBState", "RocksDB", "KeyedState", "StreamCore", "StreamTesting"]),
        suite("StreamTesting", ["StreamTesting", "SinkConformance", "Sinks", "StreamCore"]),
        suite("PostgresClient", ["PostgresClient", "StreamCore", "TestServers"]),
        suite(
            "PostgresSinks",
            [
                "PostgresSinks", "PostgresClient", "SinkConformance", "Sinks", "Dataflow", "StreamCore", "StreamTesting", "TestServers",
            ]),
        suite(
            "PostgresSink",
            [
                "PostgresSink", "PostgresClient", "Freight", "Dataflow", "Wire", "StreamCore", "StreamTesting", "TestServers",
            ]),
        suite("Pgoutput", ["Pgoutput", "StreamCore"]),
        suite("ChangeFanOut", ["ChangeFanOut", "Dataflow", "StreamCore", "StreamTesting", "Wire"]),
        suite("DebeziumFormat", ["DebeziumFormat", "Pgoutput", "StreamCore"]),
        suite(
            "ChangeCapture",
            [
                "ChangeCapture", "Dataflow", "EventLog", "Execution", "PostgresClient", "StreamCore", "StreamTesting", "TestServers",
                "Wire",
            ]),
        suite(
            "PostgresReadModel",
            [
                "PostgresReadModel", "ReadModel", "ReadModelConformance", "PostgresSink", "PostgresSinks", "TimescaleSink",
                "PostgresClient", "Freight", "Dataflow", "Wire", "StreamCore", "StreamTesting", "TestServers",
            ]),
        suite(
            "TimescaleSink",
            [
                "TimescaleSink", "PostgresClient", "Freight", "Dataflow", "Wire", "StreamCore", "StreamTesting", "TestServers",
            ]),
        suite(
            "Neo4jSink",
            [
                "Neo4jSink", "Neo4jClient", "SinkConformance", "Sinks", "Freight", "Dataflow", "Wire", "StreamCore", "StreamTesting",
                "TestServers",
            ]),
        suite("Dataflow", ["Dataflow", "KeyedState", "Wire", "Execution", "StreamCore", "StreamTesting"]),
        suite(
            "Execution",
            [
                "Execution", "Dataflow", "KeyedState", "EventLog", "EmbeddedLog", "RocksDBState", "RocksDB", "Savepoints", "Wire",
                "Metrics",
                "Ledger", "Sinks", "StructuredLog", "StreamCore", "StreamTesting",
            ]),
        suite("Savepoints", ["Savepoints", "Compression", "KeyedState", "StreamCore", "StreamTesting"]),
        suite(
            "StatusTransitions",
            [
                "StatusTransitions", "Freight", "HoursOfService", "Wire", "Dataflow", "KeyedState", "StreamCore", "StreamTesting",
            ]),
        suite(
            "Gateway",
            [
                "Access", "Gateway", "Freight", "HTTPServer", "Metrics", "ReadModel", "ReadModelConformance", "StreamCore", "StructuredLog",
                "Wire",
            ]),
        suite("Publications", ["Publications", "Freight", "Wire", "Dataflow", "StreamCore", "StreamTesting"]),
        suite("Ledger", ["Ledger", "Dataflow", "StreamCore", "StreamTesting"]),
        suite("Torture", ["torture", "StreamCore"]),
        suite("AccessKeys", ["AccessKeys", "Freight", "Wire", "Dataflow", "StreamCore", "StreamTesting"]),
        suite("AuditAnomaly", ["AuditAnomaly", "FleetSimulator", "Freight", "Wire", "Dataflow", "StreamCore", "StreamTesting"]),
        suite("CarrierPerformance", ["CarrierPerformance", "Freight", "Dataflow", "Wire", "StreamCore", "StreamTesting"]),
        suite(
            "EventCatalog",
            [
                "EventCatalog", "AuditAnomaly", "FleetSimulator", "HOSViolations", "RouteDeviation", "StatusTransitions", "Freight",
                "HoursOfService", "Dataflow", "Wire", "StreamCore", "StreamTesting",
            ]),
        suite("Wire", ["Wire", "StreamCore"]),
        suite("Freight", ["Freight", "Wire", "StreamCore"]),
        suite("HoursOfService", ["HoursOfService", "StreamCore", "Wire"], excluding: ["Cases"]),
        suite(
            "HOSViolations",
            [
                "HOSViolations", "HoursOfService", "Freight", "Dataflow", "Execution", "KeyedState", "StreamCore", "StreamTesting",
                "Topology", "Wire",
            ]),
        suite(
            "Webhooks",
            ["Webhooks", "Freight", "HTTPServer", "Tokens", "Wire", "Dataflow", "StreamCore", "StreamTesting"]),
        suite("YAML", ["YAML"]),
        suite("CommandLine", ["CommandLine"]),
        suite("StructuredLog", ["StructuredLog"]),
        suite("Metrics", ["Metrics"]),
        suite(
            "FleetSimulator",
            [
                "FleetSimulator", "HOSViolations", "StatusTransitions", "Freight", "Geodesy", "Dataflow", "Wire", "StreamCore",
                "StreamTesting",
            ]),
        suite("RoadNetwork", ["RoadNetwork", "Geodesy", "Wire", "StreamCore", "StreamTesting"]),
        suite("Geodesy", ["Geodesy", "Wire", "StreamCore", "StreamTesting"]),
        suite(
            "RouteDeviation",
            [
                "RouteDeviation", "FleetSimulator", "Freight", "Geodesy", "Wire", "Dataflow", "KeyedState", "Execution", "StreamCore",
                "StreamTesting",
            ]),
        suite(
            "RouteOptimization",
            [
                "RouteOptimization", "HoursOfService", "RoadNetwork", "Freight", "Geodesy", "Wire", "Dataflow", "StreamCore",
                "StreamTesting",
            ]),
        suite(
            "ArrivalsAndDelays",
            [
                "ArrivalsAndDelays", "FleetSimulator", "HOSViolations", "StatusTransitions", "HoursOfService", "Freight", "Geodesy", "Wire",
                "Dataflow", "KeyedState", "StreamCore", "StreamTesting",
            ]),
        suite(
            "Topology",
            [
                "Topology", "AccessKeys", "ArrivalsAndDelays", "CarrierPerformance", "ChangeCapture", "ChangeFanOut", "Dataflow",
                "EmbeddedLog", "EventCatalog", "EventLog",
                "Freight", "Gateway",
                "HOSViolations",
                "HTTPServer", "Metrics", "Neo4jClient", "Neo4jSink", "PostgresClient", "PostgresSink", "Publications",
                "RouteOptimization", "TimescaleSink",
                "RouteDeviation", "StatusTransitions", "StructuredLog", "Webhooks", "KeyedState", "StreamCore", "Wire",
            ],
            excluding: ["Golden"]),
        suite("HTTPServer", ["HTTPServer", "TestPeers"], excluding: ["websocket_client.py"]),
        suite(
            "EventFeed",
            [
                "EventFeed", "EmbeddedLog", "EventLog", "Geodesy", "HTTPServer", "Metrics", "StreamCore", "StreamTesting", "TestPeers",
                "Wire",
            ]),
        suite("HTTPClient", ["HTTPClient", "HTTPServer", "TestServers"]),
        suite("RocksDB", ["RocksDB"]),
        suite("EmbeddedLog", ["EmbeddedLog", "EventLog", "EventLogConformance", "RocksDB", "StreamCore"]),
        suite(
            "KafkaLog",
            [
                "KafkaLog", "EventLog", "EventLogConformance", "Execution", "Dataflow", "KeyedState", "RocksDBState", "RocksDB", "Metrics",
                "StructuredLog", "Wire", "AuditAnomaly", "StreamCore", "StreamTesting", "TestServers",
            ]),
        suite("ServiceLifecycle", ["ServiceLifecycle"]),
        suite(
            "Inspection",
            [
                "Inspection", "Execution", "EmbeddedLog", "EventLog", "HTTPServer", "HTTPClient", "AuditAnomaly", "Dataflow", "KeyedState",
                "Metrics", "Savepoints", "StructuredLog", "StreamCore", "StreamTesting", "Topology", "Wire",
            ]),
        suite(
            "Linehaul",
            [
                "linehaul", "Dataflow", "EmbeddedLog", "EventLog", "HTTPClient", "HTTPServer", "StreamCore", "StreamTesting",
                "StructuredLog", "Neo4jClient",
                "TestServers", "Topology",
                "Wire",
            ]),
        suite("Architecture", []),
        suite("Deployment", ["YAML", "linehaul"]),
        suite("Example", ["ExampleJob", "Dataflow", "StreamCore", "StreamTesting", "Topology"]),
        suite(
            "Fuzz",
            [
                "Pgoutput", "StreamCore", "Access", "Tokens", "EventLog", "KeyedState", "Wire", "HTTPServer", "YAML", "Dataflow", "Freight",
                "EmbeddedLog", "AuditAnomaly",
                "EventFeed", "Gateway", "Inspection", "StreamTesting",
            ]),
    ]
)
