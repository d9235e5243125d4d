internal import StreamCore
internal import Wire

extension Receiver {
    /// Encodes a stream's elements into a topic.
    init<Encoder: RecordEncoder>(writingTo output: TopicOutput, _ encoder: Encoder) where Encoder.Element == Element {
        self.init(
            receive: { batch, _ in
                for event in batch where !event.origin.isReplayed {
                    let key = encoder.key(of: event.element)
                    output.with(key: key) { encoder.encode(event.element, at: event.time, key: key, into: &$0) }
                }
            }, advance: { _ in })
    }

    /// Encodes a stream's elements into a dead-letter topic, with the headers that dead letters have. Where they were read is not said:
    /// more than one record may have led to the decision.
    init<Encoder: RecordEncoder>(
        burying output: TopicOutput, by job: String, _ encoder: Encoder, because reason: @escaping @Sendable (Element) -> String
    ) where Encoder.Element == Element {
        let topic = output.topic.hasSuffix(".dlq") ? String(output.topic.dropLast(4)) : output.topic
        self.init(
            receive: { batch, _ in
                for event in batch where !event.origin.isReplayed {
                    var builder = BatchBuilder()
                    encoder.encode(event.element, at: event.time, key: encoder.key(of: event.element), into: &builder)
                    for var record in builder.finish().records {
                        record.headers += [
                            Header("dlq.topic", topic), Header("dlq.job", job), Header("dlq.reason", reason(event.element)),
                            Header("dlq.attempts", "1"), Header("dlq.first_seen", event.time.rfc3339),
                        ]
                        output.with(key: record.key) { $0.append(record) }
                    }
                }
            }, advance: { _ in })
    }
}
