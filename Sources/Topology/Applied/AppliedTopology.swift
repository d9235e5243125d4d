public import EventLog
public import StreamCore
internal import Wire

/// A folder that was applied to a whole cluster: what every process of it runs, until another is applied.
///
/// It has the topics and the jobs. `cluster.yaml` is no part of it: that says what one process is like, and may hold secrets.
public struct AppliedTopology: Sendable {
    /// The files, without `cluster.yaml`.
    public let folder: TopologyFolder
    /// When it was applied.
    public let at: EventTime
    /// Who took it: the address of a process.
    public let by: String
    /// Its place among all that were applied; the highest counts.
    public let version: Offset

    /// The one key of the topic, so that compaction keeps the newest.
    private static let key = Array("topology".utf8)
    /// What fits into a record of any broker that is left as it was made, with room for what is put around it.
    private static let largest = 900 << 10

    /// The topic of a cluster's applied folders.
    public static func topic(of cluster: String) -> TopicSpec {
        TopicSpec("\(cluster).topology", partitions: 1, cleanup: .compact(tombstones: .seconds(86_400)), isInternal: true)
    }

    /// The record that has a cluster run `folder`. Refused where it is too large for a record.
    static func record(of folder: TopologyFolder, at now: EventTime, by address: String) throws(LogFailure) -> Record {
        let files = folder.withoutCluster.files.sorted { $0.key < $1.key }.map { JSON.Member($0.key, .string($0.value)) }
        let value = JSON.object([
            "format": 1, "name": .string(folder.name), "by": .string(address), "files": .object(files),
        ]).compact
        if value.count > largest {
            throw LogFailure(
                .refused,
                "applying \(folder.name): its files are \(value.count.byteSize), and a record takes \(largest.byteSize); "
                    + "split what belongs to other clusters off")
        }
        return Record(key: key, value: value, time: now)
    }

    /// What a record says; `nil` for one that is no folder of this format, as a newer program may write.
    init?(_ record: Record, version: Offset) {
        guard let value = record.value, let body = try? JSON(parsing: value), body["format"]?.integer == 1,
            let files = body["files"]?.members
        else { return nil }
        var texts: [String: String] = [:]
        for file in files {
            guard let text = file.value.string else { return nil }
            texts[file.name] = text
        }
        folder = TopologyFolder(body["name"]?.string ?? "topology", files: texts)
        at = record.time
        by = body["by"]?.string ?? ""
        self.version = version
    }
}

extension TopologyFolder {
    /// The topics and the jobs alone.
    var withoutCluster: TopologyFolder { TopologyFolder(name, files: files.filter { TopologyFolder.role(of: $0.key) != .cluster }) }

    /// These topics and jobs with the `cluster.yaml` of another folder.
    public func with(clusterOf own: TopologyFolder) -> TopologyFolder {
        TopologyFolder(
            name, files: withoutCluster.files.merging(own.files.filter { TopologyFolder.role(of: $0.key) == .cluster }) { first, _ in first })
    }

    /// Whether two folders declare the same topics and jobs with the same words, wherever they lie.
    public func declaresTheSame(as other: TopologyFolder) -> Bool {
        func texts(_ folder: TopologyFolder) -> [String: String] {
            Dictionary(folder.withoutCluster.files.map { (String($0.key.split(separator: "/").last ?? ""), $0.value) }) { first, _ in first }
        }
        return texts(self) == texts(other)
    }
}
