internal import CRdKafka
internal import EventLog
internal import StreamCore

/// Asks partitions' leaders for offsets. What `latest` means is the client's own: the last stable offset where it reads committed records,
/// else the high watermark.
enum OffsetLookup {
    /// Kafka's word for "the start" in place of a time.
    static let earliest: Int64 = -2
    /// Kafka's word for "the end" in place of a time.
    static let latest: Int64 = -1

    /// How many milliseconds one try waits: the client looks for the leader of a topic that was made anew where the old one's was, until it
    /// is told to ask.
    private static let attempt: Int32 = 2_000

    /// The offset of the first record at or after each time (milliseconds), or of the start or end; `nil` where there is no such record,
    /// and no entry for a topic that is gone.
    static func find(
        _ wanted: [(TopicPartition, Int64)], _ client: KafkaClient, _ deadline: Deadline, _ doing: String
    ) throws(LogFailure) -> [TopicPartition: Offset?] {
        var found: [TopicPartition: Offset?] = [:]
        var missing = wanted
        // A topic that was just made is known everywhere by then.
        let settling = Deadline(.milliseconds(Int(Self.attempt)))
        while !missing.isEmpty {
            let list = PartitionList(missing)
            let code = unsafe rd_kafka_offsets_for_times(client.handle, list.handle, max(1, min(Self.attempt, deadline.milliseconds)))
            var error = code == RD_KAFKA_RESP_ERR_NO_ERROR ? nil : KafkaError(code)
            if error == nil {
                for entry in list.entries {
                    if entry.code != RD_KAFKA_RESP_ERR_NO_ERROR {
                        error = KafkaError(entry.code)
                    } else {
                        found[entry.partition] = .some(entry.offset < 0 ? nil : Offset(entry.offset))
                    }
                }
                missing.removeAll { found[$0.0] != nil }
            }
            guard let error, !missing.isEmpty else { continue }
            let isLate = error.code == RD_KAFKA_RESP_ERR__TIMED_OUT
            guard error.passesSoon || isLate, deadline.pause(milliseconds: 20) else { throw error.failure("\(doing): \(missing[0].0)") }
            if isLate || error.kind == .unknownTopic && settling.hasPassed {
                // One topic that was deleted meanwhile holds back the answer about all: it has no offsets any more.
                let names = Set(try ClusterMetadata.read(client, deadline, doing).topics.filter { !$0.partitions.isEmpty }.map(\.name))
                missing.removeAll { !names.contains($0.0.topic) }
                continue
            }
            // The client keeps for minutes that a topic or its leader is unknown, unless it is told to ask; which of several it does not say.
            let topics = Set(missing.map(\.0.topic))
            _ = try? ClusterMetadata.read(client, topic: topics.count == 1 ? missing[0].0.topic : nil, deadline, doing)
        }
        return found
    }
}
