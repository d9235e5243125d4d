internal import EventLog
internal import StreamCore
internal import YAML

/// Reads `topics.yaml`.
enum TopicsReader {
    private static let usualPartitions = 8
    private static let mostPartitions = 4_096
    private static let usualTombstones = Duration.seconds(86_400)
    private static let times = Duration.seconds(1) ... .seconds(36_500 * 86_400)

    /// The topics that could be read; `nil` where not even their names could. A topic with a wrong property is kept with the usual one,
    /// so that jobs which name it are not blamed too.
    static func read(_ root: YAMLNode, _ problems: inout FolderProblems) -> (
        topics: [TopicSpec], seeds: [SeedDeclaration], leaders: [String: String]
    )? {
        guard var file = problems.keep(try YAMLMap(root, "the topics file")) else { return nil }
        let entries = problems.keep(try file.map("topics", "the topics"))
        problems.keep(try file.finish())
        guard var entries else { return nil }
        var seeds: [SeedDeclaration] = []
        var leaders: [String: (name: String, mark: YAMLMark)] = [:]
        let topics = entries.allEntries().map { topic($0, &seeds, &leaders, &problems) }
        for (name, leader) in leaders.sorted(by: { $0.key < $1.key }) {
            guard !topics.contains(where: { $0.name == leader.name }) else { continue }
            let hint = nearest(to: leader.name, among: topics.map(\.name)).map { "did you mean `\($0)`?" } ?? "declare it beside the others"
            problems.note(leader.mark, "`\(name)` is led by `\(leader.name)`, which is no topic; \(hint)")
        }
        return (topics, seeds, leaders.mapValues(\.name))
    }

    private static func topic(
        _ entry: YAMLEntry, _ seeds: inout [SeedDeclaration], _ leaders: inout [String: (name: String, mark: YAMLMark)],
        _ problems: inout FolderProblems
    ) -> TopicSpec {
        let name = entry.key
        if !TopicName.isLegal(name) {
            problems.note(entry.keyMark, "`\(name)` is no topic's name; letters, digits, `.`, `_` and `-` are, at most 249 of them")
        } else if let ending = TopicName.reservedEnding(of: name) {
            problems.note(entry.keyMark, "`\(name)` ends in \(ending), as topics that jobs make for themselves do; choose another name")
        }
        guard var map = problems.keep(try YAMLMap(entry.value, "topic `\(name)`")) else {
            return TopicSpec(name, partitions: usualPartitions)
        }
        let partitions = problems.keep(
            try map.int("partitions", default: usualPartitions, in: 1...mostPartitions), or: usualPartitions)
        let key = problems.keep(try map.optionalString("key"), or: nil)
        let cleanup = cleanup(&map, &problems)
        let seed = problems.keep(try map.optionalString("seed"), or: nil)
        if let leader = problems.keep(try map.optionalString("led-by"), or: nil) { leaders[name] = (leader, map.mark(of: "led-by")) }
        problems.keep(try map.finish())
        let topic = TopicSpec(name, partitions: partitions, key: key, cleanup: cleanup)
        if let seed { seeds.append(SeedDeclaration(topic: topic, file: seed, mark: map.mark(of: "seed"))) }
        return topic
    }

    private static func cleanup(_ map: inout YAMLMap, _ problems: inout FolderProblems) -> TopicSpec.Cleanup {
        let isCompacted = problems.keep(try map.bool("compact", default: false), or: false)
        let time = problems.keep(try map.optionalDuration("retention", in: times), or: nil)
        let bytes = problems.keep(try map.optionalBytes("max-bytes", in: 1 << 20 ... .max), or: nil)
        let tombstones = problems.keep(try map.optionalDuration("tombstones", in: times), or: nil)
        if isCompacted {
            for key in ["retention", "max-bytes"] where map.optionalNode(key) != nil {
                problems.note(
                    map.mark(of: key),
                    "`\(key)` of \(map.what) goes against `compact`: the last record of each key stays; leave one of them out")
            }
            return .compact(tombstones: tombstones ?? usualTombstones)
        }
        if tombstones != nil {
            problems.note(map.mark(of: "tombstones"), "`tombstones` of \(map.what) means nothing without `compact: true`")
        }
        return .retain(time: time, bytes: bytes)
    }
}
