internal import CRdKafka

/// Who commits offsets, as the group's coordinator checks it: group, generation, member.
@safe struct GroupMetadata: ~Copyable {
    // SAFETY: made by librdkafka for us, freed in `deinit`.
    let handle: OpaquePointer

    /// Of nobody: offsets are committed whoever is in the group.
    init(group: String) { unsafe handle = rd_kafka_consumer_group_metadata_new(group) }

    /// Of a member as it stands now; `nil` for a client in no group.
    init?(_ client: KafkaClient) {
        guard let found = unsafe rd_kafka_consumer_group_metadata(client.handle) else { return nil }
        unsafe handle = found
    }

    deinit { unsafe rd_kafka_consumer_group_metadata_destroy(handle) }

    /// Its serialised form: equal while group, generation and member are.
    var bytes: [UInt8] {
        var start: UnsafeMutableRawPointer?
        var count = 0
        if let object = unsafe rd_kafka_consumer_group_metadata_write(handle, &start, &count) {
            unsafe rd_kafka_error_destroy(object)
            return []
        }
        guard let start = unsafe start else { return [] }
        defer { unsafe rd_kafka_mem_free(nil, start) }
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: count))
    }
}
