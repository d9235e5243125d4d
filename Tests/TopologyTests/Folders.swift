import Testing
import Topology

/// A folder whose three usual files are right; a test replaces what it is about.
enum Folders {
    static let cluster = "cluster: test\n"
    static let topics = """
        topics:
          chat.messages: { partitions: 4, key: user_id, retention: 7d }
          chat.counts: { partitions: 4 }
          chat.late: { partitions: 1 }
        """
    static let counts = """
        job: user-counts
        inlets:
          messages: { topic: chat.messages }
        outlets:
          counts: chat.counts
          late: chat.late
        """

    static func folder(
        cluster: String? = cluster, topics: String? = topics, counts: String? = counts, others: [String: String] = [:]
    ) -> TopologyFolder {
        var files: [String: String] = [:]
        files["t/cluster.yaml"] = cluster
        files["t/topics.yaml"] = topics
        files["t/user-counts.yaml"] = counts
        for (name, text) in others { files["t/\(name)"] = text }
        return TopologyFolder("t", files: files)
    }

    /// Every problem of a folder, a line each.
    static func problems(_ folder: TopologyFolder, environment: [String: String] = [:]) -> [String] {
        do throws(TopologyFailure) {
            _ = try folder.deploy(environment: environment, catalog: catalog)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }
}
