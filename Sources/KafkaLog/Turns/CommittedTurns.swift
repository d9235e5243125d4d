internal import CRdKafka
internal import EventLog
internal import StreamCore

extension KafkaClient {
    /// The offsets that this client's group committed, without those it has none for. A client that reads committed records waits for
    /// transactions that are being settled.
    func committedOffsets(_ partitions: [TopicPartition], _ deadline: Deadline, _ doing: String) throws(LogFailure) -> [TopicPartition: Int64] {
        if partitions.isEmpty { return [:] }
        while true {
            let list = PartitionList(partitions)
            var error = KafkaError(unsafe rd_kafka_committed(handle, list.handle, max(1, deadline.milliseconds)))
            let entries = list.entries
            if error.code == RD_KAFKA_RESP_ERR_NO_ERROR, let first = entries.first(where: { $0.code != RD_KAFKA_RESP_ERR_NO_ERROR }) {
                error = KafkaError(first.code)
            }
            if error.code == RD_KAFKA_RESP_ERR_NO_ERROR {
                return Dictionary(entries.filter { $0.offset >= 0 }.map { ($0.partition, $0.offset) }) { first, _ in first }
            }
            guard error.passesSoon, deadline.pause() else { throw error.failure(doing) }
        }
    }
}
