internal import CRdKafka
internal import StreamCore

/// librdkafka's list of partitions, each with an offset and an outcome.
@safe struct PartitionList: ~Copyable {
    // SAFETY: created in `init`, freed in `deinit`; calls that keep a list copy it.
    let handle: UnsafeMutablePointer<rd_kafka_topic_partition_list_t>

    init(_ partitions: some Collection<TopicPartition>, offset: Int64 = Int64(RD_KAFKA_OFFSET_INVALID)) {
        self.init(partitions.map { ($0, offset) })
    }

    init(_ partitions: some Collection<(TopicPartition, Int64)>) {
        unsafe handle = rd_kafka_topic_partition_list_new(Int32(partitions.count))
        for (partition, offset) in partitions {
            let element = unsafe rd_kafka_topic_partition_list_add(handle, partition.topic, partition.partition.number)
            unsafe element?.pointee.offset = offset
        }
    }

    /// A list of whole topics, as subscriptions name them.
    init(topics: some Collection<String>) {
        unsafe handle = rd_kafka_topic_partition_list_new(Int32(topics.count))
        for topic in topics { _ = unsafe rd_kafka_topic_partition_list_add(handle, topic, -1) }
    }

    deinit { unsafe rd_kafka_topic_partition_list_destroy(handle) }

    /// What it says of each partition.
    var entries: [Entry] { unsafe Self.entries(handle) }

    struct Entry {
        let partition: TopicPartition
        let offset: Int64
        let code: rd_kafka_resp_err_t
    }

    static func entries(_ list: UnsafePointer<rd_kafka_topic_partition_list_t>?) -> [Entry] {
        guard let list = unsafe list else { return [] }
        return (0..<Int(unsafe list.pointee.cnt)).map { index in
            let element = unsafe list.pointee.elems[index]
            return unsafe Entry(
                partition: TopicPartition(String(cString: element.topic), Partition(Int(element.partition))), offset: element.offset,
                code: element.err)
        }
    }
}
