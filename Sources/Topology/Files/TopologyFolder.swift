internal import StreamCore

/// A folder as text: `cluster.yaml`, `topics.yaml`, one file per job, and what topics begin with. Nothing has been read from it yet.
public struct TopologyFolder: Sendable {
    /// The folder's own name, for messages.
    public let name: String
    /// The text of each file by its path, the folder's name included where messages should show it. Only names that end in `.yaml`,
    /// `.yml` or `.ndjson` count.
    public let files: [String: String]

    /// A folder of those files: what a test, or an `apply` over HTTP, has at hand.
    public init(_ name: String = "topology", files: [String: String]) {
        self.name = name
        self.files = files.filter { TopologyFolder.counts($0.key) }
    }

    /// Whether a file of that name belongs to a topology.
    public static func counts(_ name: String) -> Bool { [".yaml", ".yml", ".ndjson"].contains { name.hasSuffix($0) } }

    /// Reads a directory on disk; folders within it are not looked at. Blocks: called at start, by commands and when a file changed.
    public init(directory: String) throws(TopologyFailure) {
        let name = directory.count > 1 && directory.hasSuffix("/") ? String(directory.dropLast()) : directory
        self.init(name, files: try DirectoryReader.texts(in: name))
    }

    /// What a file is to the loader, by the last part of its path.
    enum Role: Int, Comparable {
        case cluster, topics, job, seed
        static func < (a: Role, b: Role) -> Bool { a.rawValue < b.rawValue }
    }

    static func role(of path: String) -> Role {
        switch path.split(separator: "/").last ?? "" {
        case "cluster.yaml": .cluster
        case "topics.yaml": .topics
        case let name where name.hasSuffix(".ndjson"): .seed
        default: .job
        }
    }

    /// What topics may begin with, by path.
    var seeds: [String: String] { files.filter { TopologyFolder.role(of: $0.key) == .seed } }

    /// The YAML files in the order in which they are read and reported.
    var ordered: [(path: String, role: Role, text: String)] {
        files.filter { TopologyFolder.role(of: $0.key) != .seed }.map { ($0.key, TopologyFolder.role(of: $0.key), $0.value) }.sorted { ($0.1, $0.0) < ($1.1, $1.0) }
    }
}
