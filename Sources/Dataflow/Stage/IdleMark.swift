public import StreamCore

/// The word of a task that writes to a repartition topic and has stopped for now: nobody need wait for its watermark. When it comes back
/// it marks again, and what it then sends may be late.
public enum IdleMark {
    /// A batch of that one mark, for each partition of each topic that the task writes to.
    public static func batch(of writer: Partition, at time: EventTime) -> RecordBatch {
        var builder = BatchBuilder()
        builder.append(key: nil, time: time) { form in
            form.byte(ShuffleForm.mark)
            form.word(writer.number)
            form.word(EventTime.distantFuture.microseconds)
        }
        return builder.finish()
    }
}
