internal import EventLog
internal import StreamCore
internal import Synchronization

/// One topic and its partitions.
struct TopicEntry: Sendable {
    let id: UInt32
    let spec: TopicSpec
    let partitions: [PartitionState]
}

/// The topics there are, by name.
final class Catalogue: Sendable {
    private let topics: Mutex<[String: TopicEntry]>

    init(_ entries: [TopicEntry]) {
        topics = Mutex(Dictionary(uniqueKeysWithValues: entries.map { ($0.spec.name, $0) }))
    }

    var all: [TopicEntry] { topics.withLock { $0.values.sorted { $0.spec.name < $1.spec.name } } }

    subscript(name: String) -> TopicEntry? { topics.withLock { $0[name] } }

    func add(_ entries: [TopicEntry]) { topics.withLock { for entry in entries { $0[entry.spec.name] = entry } } }

    func remove(_ names: [String]) { topics.withLock { for name in names { $0[name] = nil } } }

    func partition(_ name: TopicPartition) throws(LogFailure) -> PartitionState {
        guard let topic = self[name.topic] else {
            let close = nearest(to: name.topic, among: topics.withLock { Array($0.keys) })
            throw LogFailure(.unknownTopic, "no topic \(name.topic)" + (close.map { "; did you mean \($0)?" } ?? ""))
        }
        guard topic.partitions.indices.contains(name.partition.index) else {
            throw LogFailure(.unknownTopic, "topic \(name.topic) has partitions 0 to \(topic.partitions.count - 1), not \(name.partition)")
        }
        return topic.partitions[name.partition.index]
    }
}
