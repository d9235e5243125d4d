internal import EventLog
internal import StreamCore

/// Where partitions begin and end now, and what a way of starting means in them.
struct PartitionLookup {
    private let clients: OpenClients
    private let patience: Duration

    init(_ clients: OpenClients, _ settings: KafkaLogSettings) {
        self.clients = clients
        patience = settings.requestTimeout
    }

    func bounds(of partitions: [TopicPartition]) throws(LogFailure) -> [TopicPartition: PartitionBounds] {
        if partitions.isEmpty { return [:] }
        let starts = try find(partitions, OffsetLookup.earliest, clients.producer)
        // ORDER: what is committed is asked for before what is written, so that it cannot seem to be more.
        let committed = try find(partitions, OffsetLookup.latest, try clients.bookkeeper())
        let ends = try find(partitions, OffsetLookup.latest, clients.producer)
        var bounds: [TopicPartition: PartitionBounds] = [:]
        for partition in partitions {
            guard let start = starts[partition] ?? nil, let stable = committed[partition] ?? nil, let end = ends[partition] ?? nil else {
                continue
            }
            bounds[partition] = PartitionBounds(start: start, committed: max(start, stable), end: max(start, stable, end))
        }
        return bounds
    }

    func resolve(_ start: StartPosition, in partition: TopicPartition) throws(LogFailure) -> Offset {
        switch start {
        case .earliest: return try one(partition, OffsetLookup.earliest, clients.producer)
        case .latest: return try one(partition, OffsetLookup.latest, try clients.bookkeeper())
        case .offset(let offset):
            let first = try one(partition, OffsetLookup.earliest, clients.producer)
            let end = try one(partition, OffsetLookup.latest, clients.producer)
            guard offset >= first, offset <= end else {
                throw LogFailure(.outOfRange, "starting \(partition) at offset \(offset): it holds \(first) to \(end)")
            }
            return offset
        case .time(let time):
            let found = try find([partition], EventTimeOnWire.timestamp(time), try clients.bookkeeper())
            if let offset = found[partition] ?? nil { return offset }
            return try one(partition, OffsetLookup.latest, try clients.bookkeeper())
        }
    }

    private func one(_ partition: TopicPartition, _ time: Int64, _ client: KafkaClient) throws(LogFailure) -> Offset {
        guard let offset = try find([partition], time, client)[partition] ?? nil else {
            throw LogFailure(.unavailable, "asking for the bounds of \(partition): its leader did not say")
        }
        return offset
    }

    private func find(
        _ partitions: [TopicPartition], _ time: Int64, _ client: KafkaClient
    ) throws(LogFailure) -> [TopicPartition: Offset?] {
        try OffsetLookup.find(partitions.map { ($0, time) }, client, Deadline(patience), "asking for offsets")
    }
}
