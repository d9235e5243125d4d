internal import EventLog
internal import KeyedState
internal import Savepoints
internal import StreamCore

/// One task's share of a restore: the epoch that makes its state what a savepoint says, ready to be committed.
struct Restoration: Sendable {
    let task: TaskID
    /// What was on its way to the task, sent again.
    let outputs: [PartitionBatch]
    /// The changes and, at the end of the last batch, the marker.
    let changelog: [PartitionBatch]
    let epoch: Epoch

    /// How many bytes of changes one batch of the changelog holds, about.
    private static let batchBytes = 4 << 20

    /// The epoch after `present` that turns `rows` into those of `image` and stands where `positions` say.
    init(
        of image: TaskImage, over rows: StoredRows, after present: Marker?, positions: [TopicPartition: Marker.Position],
        watermark: EventTime, outputs: [PartitionBatch], at now: EventTime
    ) throws(StageFailure) {
        task = image.task
        self.outputs = outputs
        epoch = (present?.epoch ?? .none).next
        var marker = Marker(
            epoch: epoch, generation: present?.generation ?? Generation(0), watermark: watermark, positions: positions,
            outputs: outputs.reduce(0) { $0 + $1.batch.count }, changes: 0, hash: 0, at: now)
        var digest = EpochDigest()
        var batches: [RecordBatch] = []
        var builder = BatchBuilder(capacity: 16_384)
        try rows.changes(to: image.rows) { key, _, after throws(StageFailure) in
            builder.append(key: Array(key), value: after.map { Array($0) }, time: now)
            guard builder.byteCount >= Restoration.batchBytes else { return }
            unsafe builder.forEach { unsafe digest.add($0, $1) }
            batches.append(builder.finish())
        }
        unsafe builder.forEach { unsafe digest.add($0, $1) }
        marker.changes = digest.count
        marker.hash = digest.value
        builder.append(key: Marker.key, value: marker.bytes, time: now)
        batches.append(builder.finish())
        changelog = batches.map { PartitionBatch(image.task.changelog, $0) }
    }
}
