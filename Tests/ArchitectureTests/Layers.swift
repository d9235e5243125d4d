/// The layers, lowest first: a target imports only targets of lower ones. Jobs, whatever they are called, belong to layer 4.
enum Layers {
    static let table: [[String]] = [
        Array(doors.keys),
        ["StreamCore", "StructuredLog", "Metrics", "ServiceLifecycle"],
        ["RocksDB", "EventLog", "KeyedState", "Wire", "HTTPServer", "HTTPClient", "YAML", "CommandLine"],
        ["Dataflow", "Freight", "EmbeddedLog", "EventLogConformance", "RocksDBState"],
        ["Topology", "Execution"],
        ["Inspection", "StreamTesting"],
        ["linehaul", "torture"],
    ]

    /// The C libraries, and the one target that each is a door for. `CZstd` waits for savepoints.
    static let doors: [String: String?] = [
        "CBeast": "HTTPServer", "CCurl": "HTTPClient", "CRocksDB": "RocksDB", "CSimdJSON": "Wire", "CXXHash": "StreamCore",
        "CYAML": "YAML", "CZstd": nil,
    ]

    /// Job folders: each is one target. The job that `docs/write-a-job.md` shows is one too.
    static let jobs = 4
    static let exampleFolder = "docs/write-a-job"

    static func layer(of target: PackageDescription.Target) -> Int? {
        if target.path.hasPrefix("Jobs/") || target.path == exampleFolder { return jobs }
        return table.firstIndex { $0.contains(target.name) }
    }
}
