internal import CRdKafka
internal import EventLog
internal import StreamCore

extension KafkaClient {
    /// Drops the records of a partition below `offset`; an offset below its start changes nothing.
    func deleteRecords(_ partition: TopicPartition, below offset: Offset, _ timeout: Duration) throws(LogFailure) {
        let doing = "purging \(partition) below \(offset)"
        let list = PartitionList([(partition, offset.number)])
        var request = unsafe rd_kafka_DeleteRecords_new(list.handle)
        defer { unsafe rd_kafka_DeleteRecords_destroy(request) }
        let outcome = unsafe try AdminCall.run(self, RD_KAFKA_ADMIN_OP_DELETERECORDS, timeout, doing) { options, queue in
            unsafe rd_kafka_DeleteRecords(handle, &request, 1, options, queue)
        } read: { event throws(LogFailure) in
            unsafe PartitionList.entries(rd_kafka_DeleteRecords_result_offsets(rd_kafka_event_DeleteRecords_result(event)))
        }
        for entry in outcome where entry.code != RD_KAFKA_RESP_ERR_NO_ERROR { throw KafkaError(entry.code).failure(doing) }
    }
}
