internal import EventLog
internal import StreamCore

/// All topics with their bounds.
struct TopicListing {
    private let clients: OpenClients
    private let settings: KafkaLogSettings
    private let keys: [String: String]

    init(_ clients: OpenClients, _ settings: KafkaLogSettings, keys: [String: String]) {
        self.clients = clients
        self.settings = settings
        self.keys = keys
    }

    func all() throws(LogFailure) -> [TopicStatus] {
        let topics = try clients.directory.readAll("listing topics").topics.filter { !$0.partitions.isEmpty }.sorted { $0.name < $1.name }
        let administration = TopicAdministration(client: clients.producer, settings: settings, directory: clients.directory)
        let properties = try administration.describe(topics.map(\.name))
        let led = topics.flatMap { topic in
            topic.partitions.filter { $0.leader >= 0 }.map { TopicPartition(topic.name, Partition(Int($0.number))) }
        }
        let bounds = try PartitionLookup(clients, settings).bounds(of: led)
        return topics.map { topic in
            let cleanup = properties[topic.name].flatMap { TopicConfiguration.cleanup($0) }
            let spec = TopicSpec(
                topic.name, partitions: topic.partitions.count, key: keys[topic.name], cleanup: cleanup ?? .retain(time: nil, bytes: nil),
                isInternal: TopicConfiguration.isInternal(topic.name))
            return TopicStatus(
                spec: spec,
                partitions: topic.partitions.map { part in
                    let partition = Partition(Int(part.number))
                    let nowhere = PartitionBounds(start: .zero, committed: .zero, end: .zero)
                    return TopicStatus.PartitionStatus(
                        partition: partition, bounds: bounds[TopicPartition(topic.name, partition)] ?? nowhere, bytes: nil, newest: nil)
                })
        }
    }
}
