internal import Foundation
internal import StreamCore

/// The folder that a tortured process runs: the ledger, with everything set for many short lives.
struct Deployment {
    /// What the process keeps its topics in.
    enum Log {
        /// Its own disk: each commit synced, or left to the operating system.
        case embedded(isSynced: Bool)
        /// Brokers, by these addresses.
        case kafka(servers: String)

        fileprivate var yaml: String {
            switch self {
            case .embedded(let isSynced): "{ kind: embedded, durability: \(isSynced ? "sync" : "os") }"
            case .kafka(let servers): "{ kind: kafka, kafka: { servers: \"\(servers)\" } }"
            }
        }
    }

    /// How many partitions each topic has.
    static let partitions = 4
    /// How late a transfer may be and still be judged in order.
    static let lateness = "1s"
    /// How long an account must be quiet before its statement.
    static let quiet = EventTime.Span(microseconds: 2_000_000)
    static let transfers = "bank.transfers"
    static let outlets = ["debits", "refused", "late", "statements", "credits", "counts"]

    /// The scratch directory of the process.
    let directory: String
    /// What each account may spend.
    let opening: Int
    let log: Log
    /// Where it serves: always there, as those who share a log look for each other where they were; 0 for a port that is free each time.
    var port = 0

    var topology: String { "\(directory)/topology" }
    var data: String { "\(directory)/data" }
    var state: String { "\(data)/state" }
    var logDatabase: String { "\(data)/log/rocksdb" }
    var journal: String { "\(directory)/linehaul.log" }

    /// The outlet's topic.
    static func topic(_ outlet: String) -> String { "bank.\(outlet)" }

    /// Writes the folder.
    func write() throws {
        try FileManager.default.createDirectory(atPath: topology, withIntermediateDirectories: true)
        try write(
            "cluster.yaml",
            """
            cluster: torture
            data: \(data)
            log: \(log.yaml)
            http: { listen: "127.0.0.1:\(port)", auth: off }
            slots: 2
            """)
        let topics = ["transfers"] + Deployment.outlets
        let lines = topics.map { name in
            "  \(Deployment.topic(name)): { partitions: \(Deployment.partitions), key: \(name == "transfers" ? "from" : "account") }"
        }
        try write("topics.yaml", "topics:\n" + lines.joined(separator: "\n"))
        let outlets = Deployment.outlets.map { "  \($0): \(Deployment.topic($0))" }
        try write(
            "ledger.yaml",
            """
            job: ledger
            parallelism: 2
            inlets:
              transfers: { topic: \(Deployment.transfers), lateness: \(Deployment.lateness), idle-after: 300ms }
            outlets:
            \(outlets.joined(separator: "\n"))
            settings: { opening: \(opening), statement-after: 2s }
            """)
    }

    private func write(_ name: String, _ text: String) throws {
        try Data((text + "\n").utf8).write(to: URL(fileURLWithPath: "\(topology)/\(name)"))
    }

    /// Throws the state away, as a lost disk would: the changelogs must bring it back.
    func wipeState() throws {
        if FileManager.default.fileExists(atPath: state) { try FileManager.default.removeItem(atPath: state) }
    }
}
